import { ManifestRefusedError, ResourceAddress, type Vouched } from '@weft/domain'
import { Decimal } from '@weft/domain/decimal'
import type { ParsedInstruction } from './engine-toolkit.ts'
import {
  amountsIn,
  argumentsOf,
  bucketsIn,
  decimalOf,
  elementsOf,
  staticAddress,
  type Value,
} from './instruction-values.ts'

export interface FloorRules {
  readonly xrd: ResourceAddress
  readonly vouched: Vouched
  /** Fraction by which a trade may fall short. */
  readonly maxSlippage: Decimal
}

/**
 * Checks on what terms a manifest sells. Each swap stands in this shape, and nothing else lies in a bucket meanwhile but XRD set aside as
 * compensation: everything of the bought resource is parked, one bucket is taken and swapped, `ASSERT_WORKTOP_CONTAINS` right behind it
 * counts what the swap alone brought, the parked bucket returns.
 *
 * How high the floor must be:
 * - what is sold of our own funds or of a loan is known to the atto: it must fetch its vouched worth less slippage, both prices taken
 *   where they speak for the trade;
 * - how much is seized shows only on the ledger. So all that the transaction asserts in the end, at vouched worth, must bring back what
 *   was put in, less slippage. In the debt's own resource that takes no price at all.
 * @throws {ManifestRefusedError} naming the instruction.
 */
export function refuseLowFloors(instructions: readonly ParsedInstruction[], rules: FloorRules): void {
  const trace = new Trace(rules)
  for (const [index, instruction] of instructions.entries()) {
    const problem = trace.add(instruction, instructions, index)
    if (problem !== undefined) throw new ManifestRefusedError(`Instruction ${index + 1} is not allowed: ${problem}.`)
  }
  const problem = trace.shortfall()
  if (problem !== undefined) throw new ManifestRefusedError(problem)
}

/** What may lie there of a resource: `own` at most from our account and from loans, and seized or bought besides. */
interface Holding {
  readonly own: Decimal
  readonly isSeized: boolean
}

interface Taken extends Holding {
  readonly resource: string
  /** Exactly so much; absent: all there was. */
  readonly amount?: Decimal
}

const NOTHING: Holding = { own: Decimal.ZERO, isSeized: false }

class Trace {
  readonly #rules: FloorRules
  readonly #worktop = new Map<string, Holding>()
  /** By bucket number: takes open buckets 0, 1, 2, … in order. */
  readonly #taken: Taken[] = []
  readonly #open = new Set<number>()
  /** Of each resource, what came from our account and from loans. */
  readonly #putIn = new Map<string, Decimal>()
  /** Of each resource, what the last assertion says is there. */
  readonly #asserted = new Map<string, Decimal>()
  #sellsSeized = false
  /** A redemption has brought what no instruction names. */
  #hasUnnamed = false

  constructor(rules: FloorRules) {
    this.#rules = rules
  }

  add(instruction: ParsedInstruction, all: readonly ParsedInstruction[], index: number): string | undefined {
    switch (instruction.kind) {
      case 'TakeAllFromWorktop':
        this.#take(instruction.value.resource_address, undefined)
        return undefined
      case 'TakeFromWorktop':
        this.#take(instruction.value.resource_address, Decimal.parse(instruction.value.amount))
        return undefined
      case 'TakeNonFungiblesFromWorktop':
        this.#take(instruction.value.resource_address, undefined)
        return undefined
      case 'ReturnToWorktop': {
        const number = Number(instruction.value.bucket_id)
        const taken = this.#taken[number]
        this.#open.delete(number)
        if (taken) this.#put(taken.resource, taken)
        return undefined
      }
      case 'AssertWorktopContains':
        this.#asserted.set(instruction.value.resource_address, Decimal.parse(instruction.value.amount))
        return undefined
      case 'CallMethod':
        return this.#call(instruction.value.method_name, argumentsOf(instruction.value.args), all, index)
      default:
        return undefined
    }
  }

  /** What is asserted at the end against what was put in; @returns why it is too little. */
  shortfall(): string | undefined {
    if (!this.#sellsSeized) return undefined
    const { maxSlippage, vouched } = this.#rules
    const kept = Decimal.ONE.minus(maxSlippage)
    let missingXrd = Decimal.ZERO
    let spareXrd = Decimal.ZERO
    for (const resource of new Set([...this.#putIn.keys(), ...this.#asserted.keys()])) {
      const wanted = (this.#putIn.get(resource) ?? Decimal.ZERO).times(kept)
      const net = (this.#asserted.get(resource) ?? Decimal.ZERO).minus(wanted)
      if (net.isZero()) continue
      const worth = vouched(ResourceAddress.parse(resource))
      if (net.isPositive()) spareXrd = spareXrd.plus(worth ? net.times(worth.highestXrd) : Decimal.ZERO)
      else if (!worth)
        return `It puts in ${resource}, whose price nobody vouches for, and asserts less of it at the end.`
      else missingXrd = missingXrd.plus(net.negated().times(worth.lowestXrd))
    }
    return spareXrd.gte(missingXrd)
      ? undefined
      : `What it asserts at the end falls short of what it puts in by ${missingXrd.minus(spareXrd)} XRD.`
  }

  #call(method: string, args: readonly Value[], all: readonly ParsedInstruction[], index: number): string | undefined {
    const problem = method === 'swap' ? this.#swap(args, all, index) : undefined
    if (problem !== undefined) return problem
    switch (method) {
      case 'take_flash_loan':
        this.#receive(amountsIn(args[0]))
        return undefined
      case 'create_cdp':
        this.#receive(amountsIn(args.at(-1)))
        break
      case 'withdraw': {
        const resource = staticAddress(args[0])
        const amount = decimalOf(args[1])
        if (resource !== undefined && amount !== undefined) this.#receive([[resource, amount]])
        // The pool's method of the same name takes buckets: it redeems deposit units, of what does not show.
        else this.#hasUnnamed = true
        break
      }
      case 'liquidate': {
        const collaterals = elementsOf(args.at(-1))
        if (collaterals.length === 0) return 'it does not name what it seizes'
        for (const each of collaterals) this.#bring(staticAddress(each) ?? '')
        break
      }
      case 'claim_xrd':
        this.#hasUnnamed = true
        break
      default:
    }
    this.#handOver(args, method)
    return undefined
  }

  #isCompensation(bucket: number): boolean {
    const taken = this.#taken[bucket]
    return taken?.resource === this.#rules.xrd && taken.amount !== undefined
  }

  #receive(amounts: readonly (readonly [string, Decimal])[]): void {
    for (const [resource, amount] of amounts) {
      this.#putIn.set(resource, (this.#putIn.get(resource) ?? Decimal.ZERO).plus(amount))
      this.#put(resource, { own: amount, isSeized: false })
    }
  }

  #bring(resource: string): void {
    this.#put(resource, { own: Decimal.ZERO, isSeized: true })
  }

  /** Buckets among the arguments are gone; of a payment, what is not due comes back. */
  #handOver(args: readonly Value[], method: string): void {
    for (const number of args.flatMap(bucketsIn)) {
      const taken = this.#taken[number]
      this.#open.delete(number)
      if (!taken) continue
      this.#put(taken.resource, taken)
      // What was asserted before is not there any more; a loan takes back no more than it gave.
      if (method !== 'repay_flash_loan') this.#lessAsserted(taken)
    }
  }

  #lessAsserted({ resource, amount }: Taken): void {
    const asserted = this.#asserted.get(resource)
    if (!asserted) return
    const left = amount ? asserted.minus(amount) : Decimal.ZERO
    this.#asserted.set(resource, Decimal.max(left, Decimal.ZERO))
  }

  #put(resource: string, more: Holding): void {
    const there = this.#worktop.get(resource) ?? NOTHING
    this.#worktop.set(resource, { own: there.own.plus(more.own), isSeized: there.isSeized || more.isSeized })
  }

  #take(resource: string, amount: Decimal | undefined): void {
    const there = this.#worktop.get(resource) ?? NOTHING
    const own = amount ? Decimal.min(amount, there.own) : there.own
    this.#open.add(this.#taken.length)
    this.#taken.push({ resource, own, isSeized: there.isSeized, ...(amount ? { amount } : {}) })
    this.#worktop.set(resource, { own: there.own.minus(own), isSeized: there.isSeized })
  }

  #swap([sold, wanted, ...others]: readonly Value[], all: readonly ParsedInstruction[], index: number) {
    const bought = staticAddress(wanted)
    const bucket = bucketsIn(sold)[0]
    const taken = bucket === undefined ? undefined : this.#taken[bucket]
    if (!taken || bucket === undefined || bought === undefined || others.length > 0)
      return 'a swap takes one bucket and the resource that is wanted'
    if (taken.resource === bought) return 'it swaps a resource for itself'
    const [park, take] = [all[index - 2], all[index - 1]]
    const isParked = park?.kind === 'TakeAllFromWorktop' && park.value.resource_address === bought
    if (!isParked || !take?.kind.startsWith('Take') || bucket !== this.#taken.length - 1)
      return `what there is of ${bought} must be parked, and one bucket taken, just before the swap`
    const stray = [...this.#open].filter((each) => each < bucket - 1 && !this.#isCompensation(each))
    if (stray.length > 0) return 'another bucket is open during the swap'
    const [floor, back] = [all[index + 1], all[index + 2]]
    if (floor?.kind !== 'AssertWorktopContains' || floor.value.resource_address !== bought)
      return `the swap has no floor: ASSERT_WORKTOP_CONTAINS of ${bought} must follow it`
    const atLeast = Decimal.parse(floor.value.amount)
    if (!atLeast.isPositive()) return 'its floor is 0'
    if (back?.kind !== 'ReturnToWorktop' || Number(back.value.bucket_id) !== bucket - 1)
      return 'what was parked must return behind the floor'
    const isSeized = taken.isSeized || this.#hasUnnamed
    if (isSeized) this.#sellsSeized = true
    else if (taken.amount?.gt(taken.own)) return 'it sells more than was put in'
    this.#bring(bought)
    // What is sold leaves; the worktop holds of it at most what was left.
    this.#open.delete(bucket)
    this.#taken[bucket] = { ...taken, own: Decimal.ZERO }
    return this.#lowFloor(taken, bought, atLeast)
  }

  #lowFloor({ resource, own }: Taken, bought: string, atLeast: Decimal): string | undefined {
    if (own.isZero()) return undefined
    const { maxSlippage, vouched } = this.#rules
    const [from, to] = [vouched(ResourceAddress.parse(resource)), vouched(ResourceAddress.parse(bought))]
    if (!from || !to)
      return `nobody vouches for the price of ${from ? bought : resource}, so its floor cannot be judged`
    const least = own.times(from.lowestXrd).times(Decimal.ONE.minus(maxSlippage)).dividedBy(to.highestXrd)
    return atLeast.gte(least) ? undefined : `its floor is ${atLeast}, by vouched prices at least ${least} is due`
  }
}
