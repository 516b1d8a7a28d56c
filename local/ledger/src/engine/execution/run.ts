import { Decimal, DecimalParseError, DecimalRangeError } from '@weft/domain/decimal'
import type { SborValue } from '../../sbor.ts'
import type { FeeSummary } from '../../view.ts'
import { ADDRESSES } from '../addressbook.ts'
import { callAccount } from '../components/account.ts'
import { callDex } from '../components/dex.ts'
import { callMarket } from '../components/market.ts'
import { callNftValuator } from '../components/nft-valuator.ts'
import { callPool } from '../components/pool.ts'
import { callLsulpPriceFeed, callPriceFeed } from '../components/price-feed.ts'
import { callValidator } from '../components/validator.ts'
import { MarketError, MarketState } from '../market/state.ts'
import { UNIT } from '../rendering/build.ts'
import type { Store } from '../store.ts'
import { Track } from '../table.ts'
import { ArgumentError, Arguments } from './arguments.ts'
import { ProofError } from './auth-zone.ts'
import { Execution, ExecutionError } from './execution.ts'
import type { Step } from './steps.ts'
import { Worktop } from './worktop.ts'

export interface RunRequest {
  readonly steps: readonly Step[]
  readonly signers: ReadonlySet<string> | 'everyone'
  readonly transactionHash: string
  readonly nowS: number
  readonly epoch: number
  readonly tipPercentage: number
  /** A preview's credit: no account has to lock a fee. */
  readonly freeCredit: boolean
}

/**
 * `rejected`: no fee could be collected, so nothing can be committed. `failed`: the fee payer pays and nothing else happens.
 */
export type RunResult =
  | { readonly kind: 'rejected'; readonly errorMessage: string; readonly fee: FeeSummary }
  | { readonly kind: 'failed'; readonly errorMessage: string; readonly fee: FeeSummary; readonly execution: Execution }
  | {
      readonly kind: 'succeeded'
      readonly outputs: readonly SborValue[]
      readonly fee: FeeSummary
      readonly execution: Execution
    }

interface LockedFee {
  readonly account: string
  readonly amount: Decimal
}

/** Runs a manifest against the tip without touching it: what it would write is in the result's track. */
export function run(store: Store, request: RunRequest): RunResult {
  const execution = newExecution(store, request)
  const locked: LockedFee[] = []
  const attempt = runSteps(execution, request.steps, (account, amount) => {
    execution.lockFee(account, amount)
    locked.push({ account, amount })
  })
  const fee = feeFor(attempt.stepsRun, request.tipPercentage)
  const due = totalFee(fee)
  const lockedTotal = Decimal.sum(locked.map(({ amount }) => amount))
  if (!request.freeCredit && lockedTotal.lt(due)) {
    const why = attempt.error ?? `SuccessButFeeLoanNotRepaid: ${lockedTotal} XRD locked, ${due} needed`
    return { kind: 'rejected', errorMessage: why, fee }
  }
  if (attempt.error !== undefined) {
    const onlyFee = newExecution(store, request)
    collectFee(onlyFee, locked, due, 'unlocked')
    return { kind: 'failed', errorMessage: attempt.error, fee, execution: onlyFee }
  }
  collectFee(execution, locked, due, 'locked')
  fillCaches(execution)
  return { kind: 'succeeded', outputs: attempt.outputs, fee, execution }
}

function newExecution(store: Store, request: RunRequest): Execution {
  return new Execution({
    market: new MarketState(store, new Track(), request.nowS),
    epoch: request.epoch,
    transactionHash: request.transactionHash,
    signers: request.signers,
  })
}

function runSteps(
  execution: Execution,
  steps: readonly Step[],
  lockFee: (account: string, amount: Decimal) => void,
): { readonly outputs: readonly SborValue[]; readonly stepsRun: number; readonly error: string | undefined } {
  const worktop = new Worktop((resource) => execution.isNonFungible(resource))
  const outputs: SborValue[] = []
  try {
    for (const [index, step] of steps.entries()) {
      execution.instruction = index
      outputs.push(runStep(execution, worktop, step, lockFee))
    }
    worktop.requireEmpty()
    return { outputs, stepsRun: steps.length, error: undefined }
  } catch (error) {
    if (!isRefusal(error)) throw error
    return {
      outputs,
      stepsRun: outputs.length + 1,
      error: `${error.name}: ${error.message} (instruction ${outputs.length})`,
    }
  }
}

/** What makes a manifest fail on a ledger; anything else is a mistake in this program. */
function isRefusal(error: unknown): error is Error {
  return REFUSALS.some((refusal) => error instanceof refusal)
}

function runStep(
  execution: Execution,
  worktop: Worktop,
  step: Step,
  lockFee: (account: string, amount: Decimal) => void,
): SborValue {
  const { authZone } = execution
  switch (step.kind) {
    case 'call':
      return call(execution, worktop, step.address, step.method, new Arguments(step.args), lockFee)
    case 'take-all':
      worktop.openAll(step.resource, step.bucket)
      return UNIT
    case 'take':
      execution.requireAmount(step.resource, step.amount)
      worktop.openAmount(step.resource, step.amount, step.bucket)
      return UNIT
    case 'take-ids':
      worktop.openIds(step.resource, step.ids, step.bucket)
      return UNIT
    case 'return':
      return worktop.putAll([worktop.takeOne(step.bucket)])
    case 'assert-any':
      require(worktop.amount(step.resource).isPositive() || worktop.ids(step.resource).length > 0, step.resource, 'any')
      return UNIT
    case 'assert-amount': {
      const there = worktop.amount(step.resource)
      require(there.gte(step.amount), step.resource, `${step.amount}, only ${there}`)
      return UNIT
    }
    case 'assert-ids':
      require(step.ids.every((id) => worktop.ids(step.resource).includes(id)), step.resource, step.ids.join(', '))
      return UNIT
    case 'pop-proof':
      authZone.pop(step.proof)
      return UNIT
    case 'proof-of-ids':
      authZone.createOfIds(step.resource, step.ids, step.proof)
      return UNIT
    case 'proof-of-amount':
      authZone.createOfAmount(step.resource, step.amount, step.proof)
      return UNIT
    case 'proof-of-all':
      authZone.createOfAll(step.resource, step.proof)
      return UNIT
    case 'drop-proof':
      authZone.dropNumbered(step.proof)
      return UNIT
    case 'drop-proofs':
      if (step.of !== 'named') authZone.dropZone()
      if (step.of !== 'auth-zone') authZone.dropNumbered()
      return UNIT
  }
}

/** A worktop assertion of the manifest does not hold. */
export class WorktopAssertionError extends Error {
  override readonly name = 'WorktopError(AssertionFailed)'
}

function require(holds: boolean, resource: string, expected: string): void {
  if (!holds) throw new WorktopAssertionError(`the worktop does not contain ${expected} of ${resource}`)
}

/** Nothing stands at the called address. */
export class ComponentNotFoundError extends Error {
  override readonly name = 'ComponentNotFound'
}

function call(
  execution: Execution,
  worktop: Worktop,
  address: string,
  method: string,
  args: Arguments,
  lockFee: (account: string, amount: Decimal) => void,
): SborValue {
  if (address === ADDRESSES.market) return callMarket(execution, worktop, method, args)
  if (address === ADDRESSES.pool) return callPool(execution, worktop, method, args)
  if (address === ADDRESSES.dex) return callDex(execution, worktop, method, args)
  if (address === ADDRESSES.priceFeed) return callPriceFeed(execution, method, args)
  if (address === ADDRESSES.lsulpPriceFeed) return callLsulpPriceFeed(execution, method, args)
  if (address === ADDRESSES.nftValuator) return callNftValuator(execution, method, args)
  if (address.startsWith('account_')) return callAccount(execution, worktop, lockFee, address, method, args)
  if (address.startsWith('validator_')) return callValidator(execution, worktop, address, method, args)
  throw new ComponentNotFoundError(address)
}

/** A transaction that used a price past its debounce time leaves it in the market's cache, and every unit ratio that it met. */
function fillCaches(execution: Execution): void {
  const { market, track, store } = execution
  const entry = <T>(value: T) => ({
    transactionHash: execution.transactionHash,
    value,
    timestampS: market.nowS,
  })
  const prices = market.pricesFromFeed()
  for (const [resource, value] of prices) track.set(store.priceCache, resource, entry(value))
  const { loans, deposits } = market.ratiosUsed()
  for (const [resource, ratio] of loans) track.set(store.loanRatioCache, resource, entry(ratio))
  for (const [resource, ratio] of deposits) track.set(store.depositRatioCache, resource, entry(ratio))
  if (prices.size + loans.size + deposits.size > 0) execution.affected.add(ADDRESSES.market)
}

/** Takes what is due from those who locked it, in order. After a failure their locks were undone with everything else. */
function collectFee(
  execution: Execution,
  locked: readonly LockedFee[],
  due: Decimal,
  state: 'locked' | 'unlocked',
): void {
  let open = due
  for (const { account, amount } of locked) {
    const paid = Decimal.min(amount, open)
    open = open.minus(paid)
    execution.settleFee(account, state === 'locked' ? amount : Decimal.ZERO, paid)
  }
}

const REFUSALS = [
  ExecutionError,
  MarketError,
  ArgumentError,
  ProofError,
  WorktopAssertionError,
  ComponentNotFoundError,
  DecimalRangeError,
  DecimalParseError,
] as const

const EXECUTION_BASE = Decimal.parse('0.12')
const EXECUTION_PER_STEP = Decimal.parse('0.028')
const FINALIZATION = Decimal.parse('0.025')
const STORAGE_PER_STEP = Decimal.parse('0.008')

/** A plain model of the network fee: a sample liquidation of ten instructions costs about 0.5 XRD, as such transactions do. */
function feeFor(stepsRun: number, tipPercentage: number): FeeSummary {
  const steps = Decimal.fromInteger(stepsRun)
  const execution = EXECUTION_BASE.plus(EXECUTION_PER_STEP.times(steps))
  const tip = execution.plus(FINALIZATION).times(Decimal.fromInteger(tipPercentage)).dividedBy(Decimal.fromInteger(100))
  return {
    executionXrd: execution.toString(),
    finalizationXrd: FINALIZATION.toString(),
    storageXrd: STORAGE_PER_STEP.times(steps).toString(),
    royaltyXrd: '0',
    tippingXrd: tip.toString(),
  }
}

export function totalFee(fee: FeeSummary): Decimal {
  return Decimal.sum(
    [fee.executionXrd, fee.finalizationXrd, fee.storageXrd, fee.royaltyXrd, fee.tippingXrd].map((text) =>
      Decimal.parse(text),
    ),
  )
}
