import { type AccountAddress, type ComponentAddress, ManifestRefusedError } from '@weft/domain'
import type { ParsedInstruction } from './engine-toolkit.ts'

/** Where the operator's funds may go, and nowhere else. */
export interface AllowedTargets {
  readonly account: AccountAddress
  readonly market: ComponentAddress
  readonly pool: ComponentAddress
  readonly venues: readonly ComponentAddress[]
}

/** Methods by kind of target: what a liquidation needs. */
const METHODS = {
  account: ['lock_fee', 'withdraw', 'deposit_batch'],
  market: ['liquidate', 'liquidate_nft', 'create_cdp'],
  pool: ['take_flash_loan', 'repay_flash_loan', 'withdraw'],
  venue: ['swap'],
  /** Any validator: each takes only its own stake units and claim NFTs, and gives back only their worth. */
  validator: ['unstake', 'claim_xrd'],
} as const

/** Instructions that move resources between worktop and buckets, or only look. */
const HARMLESS: ReadonlySet<ParsedInstruction['kind']> = new Set([
  'TakeAllFromWorktop',
  'TakeFromWorktop',
  'TakeNonFungiblesFromWorktop',
  'ReturnToWorktop',
  'AssertWorktopContains',
  'AssertWorktopContainsAny',
  'AssertWorktopContainsNonFungibles',
])

/**
 * Checks the parsed instructions of what is about to be signed: funds may only reach the operator's own account, the market, the pool,
 * configured venues and validators, by the methods that a liquidation uses, and the transaction must end with everything on the worktop in
 * the own account. An allow-list: whatever is not known to be needed is refused.
 * @throws {ManifestRefusedError} naming the instruction.
 */
export function refuseOutflows(instructions: readonly ParsedInstruction[], allowed: AllowedTargets): void {
  for (const [index, instruction] of instructions.entries()) {
    const problem = problemOf(instruction, allowed)
    if (problem !== undefined) throw new ManifestRefusedError(`Instruction ${index + 1} is not allowed: ${problem}.`)
  }
  if (!depositsWorktop(instructions.at(-1), allowed.account))
    throw new ManifestRefusedError(`The last instruction must deposit the entire worktop into ${allowed.account}.`)
}

function problemOf(instruction: ParsedInstruction, allowed: AllowedTargets): string | undefined {
  if (HARMLESS.has(instruction.kind)) return undefined
  if (instruction.kind !== 'CallMethod') return `${instruction.kind} has no place in a liquidation`
  const { address, method_name: method } = instruction.value
  if (address.kind !== 'Static') return 'it calls a named address'
  const methods: readonly string[] | undefined = methodsOf(address.value, allowed)
  if (methods === undefined) return `${address.value} is no allowed target`
  return methods.includes(method) ? undefined : `${method} of ${address.value} is no allowed method`
}

function methodsOf(target: string, { account, market, pool, venues }: AllowedTargets): readonly string[] | undefined {
  if (target === account) return METHODS.account
  if (target === market) return METHODS.market
  if (target === pool) return METHODS.pool
  if (venues.some((venue) => venue === target)) return METHODS.venue
  return target.startsWith('validator_') ? METHODS.validator : undefined
}

function depositsWorktop(instruction: ParsedInstruction | undefined, account: AccountAddress): boolean {
  if (instruction?.kind !== 'CallMethod') return false
  const { address, method_name: method, args } = instruction.value
  const [only, ...others] = args.kind === 'Tuple' ? args.value.fields : []
  return (
    address.kind === 'Static' &&
    address.value === account &&
    method === 'deposit_batch' &&
    others.length === 0 &&
    only?.kind === 'Expression' &&
    only.value.value === 'EntireWorktop'
  )
}
