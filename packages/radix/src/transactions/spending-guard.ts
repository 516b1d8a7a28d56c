import { ManifestRefusedError, ResourceAddress, type Vouched } from '@weft/domain'
import { Decimal } from '@weft/domain/decimal'
import type { ParsedInstruction } from './engine-toolkit.ts'
import { argumentsOf, decimalOf, staticAddress, type Value } from './instruction-values.ts'

/**
 * The most that one transaction may spend, in XRD. Absolute amounts from the operator's configuration: a share of a balance is a share
 * of whatever a Gateway says the balance is, so shares come on top of these caps and never replace them.
 */
export interface SpendingCaps {
  /** Worth of all that `withdraw` takes from the own account, other tokens at the highest that is vouched for. */
  readonly maxWithdrawnXrd: Decimal
  readonly maxLockFeeXrd: Decimal
  /** Handed to the market beside NFT payments; what is not due comes back, but only if the market is what it says. */
  readonly maxCompensationXrd: Decimal
}

export interface SpendingRules extends SpendingCaps {
  readonly xrd: ResourceAddress
  readonly vouched: Vouched
}

/** What a bucket holds: all of a resource on the worktop, or an exact amount of it. */
interface Taken {
  readonly resource: string
  readonly amount: Decimal | 'all'
}

/**
 * Checks on the parsed instructions how much a transaction can spend, whatever the plan or a Gateway says:
 * - one `lock_fee`, within its cap;
 * - what is withdrawn from the own account, and XRD compensation for an NFT, within their caps; no fee for a new CDP.
 * * A token whose price nobody vouches for is not withdrawn at all.
 * @returns the worth of what is withdrawn, XRD.
 * @throws {ManifestRefusedError} naming the instruction.
 */
export function refuseSpending(instructions: readonly ParsedInstruction[], rules: SpendingRules): Decimal {
  const spent = new Spent(rules)
  for (const [index, instruction] of instructions.entries()) {
    const problem = spent.add(instruction)
    if (problem !== undefined) throw new ManifestRefusedError(`Instruction ${index + 1} is not allowed: ${problem}.`)
  }
  if (!spent.hasLockedFee) throw new ManifestRefusedError('The manifest locks no fee.')
  return spent.withdrawnXrd
}

class Spent {
  hasLockedFee = false
  readonly #rules: SpendingRules
  /** By bucket number: takes open buckets 0, 1, 2, … in order. */
  readonly #taken: Taken[] = []
  withdrawnXrd = Decimal.ZERO
  #compensationXrd = Decimal.ZERO

  constructor(rules: SpendingRules) {
    this.#rules = rules
  }

  /** @returns why the instruction is refused */
  add(instruction: ParsedInstruction): string | undefined {
    switch (instruction.kind) {
      case 'TakeAllFromWorktop':
        this.#taken.push({ resource: instruction.value.resource_address, amount: 'all' })
        return undefined
      case 'TakeFromWorktop':
        this.#taken.push({
          resource: instruction.value.resource_address,
          amount: Decimal.parse(instruction.value.amount),
        })
        return undefined
      case 'TakeNonFungiblesFromWorktop':
        this.#taken.push({ resource: instruction.value.resource_address, amount: 'all' })
        return undefined
      case 'CallMethod':
        return this.#call(instruction.value.method_name, argumentsOf(instruction.value.args))
      default:
        return undefined
    }
  }

  #call(method: string, args: readonly Value[]): string | undefined {
    switch (method) {
      case 'lock_fee':
        return this.#lockFee(args)
      case 'withdraw':
        return this.#withdraw(args)
      case 'create_cdp':
        return this.#createCdp(args)
      case 'liquidate_nft':
        return this.#compensate(args)
      default:
        return undefined
    }
  }

  #lockFee([fee]: readonly Value[]): string | undefined {
    const { maxLockFeeXrd } = this.#rules
    if (this.hasLockedFee) return 'it locks a second fee'
    this.hasLockedFee = true
    const amount = decimalOf(fee)
    if (amount === undefined) return 'its fee is no amount'
    return amount.lte(maxLockFeeXrd) ? undefined : `it locks ${amount} XRD, the cap is ${maxLockFeeXrd}`
  }

  /** The pool's method of the same name takes buckets, no address: it redeems deposit units. */
  #withdraw([resource, amount]: readonly Value[]): string | undefined {
    if (resource?.kind === 'Array') return undefined
    const address = staticAddress(resource)
    const taken = decimalOf(amount)
    if (address === undefined || taken === undefined || taken.isNegative()) return 'it withdraws what is no amount'
    const { maxWithdrawnXrd, vouched } = this.#rules
    const worth = vouched(ResourceAddress.parse(address))
    if (!worth) return `it withdraws ${address}, whose price nobody vouches for`
    this.withdrawnXrd = this.withdrawnXrd.plus(taken.times(worth.highestXrd))
    return this.withdrawnXrd.lte(maxWithdrawnXrd)
      ? undefined
      : `it brings what is withdrawn to ${this.withdrawnXrd} XRD, the cap is ${maxWithdrawnXrd}`
  }

  #createCdp([fee]: readonly Value[]): string | undefined {
    const paid = this.#bucket(fee)?.amount
    return paid !== undefined && paid !== 'all' && paid.isZero() ? undefined : 'it pays a fee for a new CDP'
  }

  #compensate(args: readonly Value[]): string | undefined {
    const { xrd, maxCompensationXrd } = this.#rules
    const taken = this.#bucket(args.at(-1))
    if (taken?.resource !== xrd || taken.amount === 'all') return 'its compensation is no exact amount of XRD'
    this.#compensationXrd = this.#compensationXrd.plus(taken.amount)
    return this.#compensationXrd.lte(maxCompensationXrd)
      ? undefined
      : `it brings the compensation to ${this.#compensationXrd} XRD, the cap is ${maxCompensationXrd}`
  }

  #bucket(value: Value | undefined): Taken | undefined {
    return value?.kind === 'Bucket' ? this.#taken[Number(value.value.value)] : undefined
  }
}
