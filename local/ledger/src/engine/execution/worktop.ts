import { Decimal } from '@weft/domain/decimal'
import type { SborValue } from '../../sbor.ts'
import { UNIT } from '../rendering/build.ts'
import { type Bucket, ExecutionError } from './execution.ts'

/** The worktop and the named buckets of one manifest. Whatever lies on it at the end makes the transaction fail. */
export class Worktop {
  readonly #amounts = new Map<string, Decimal>()
  readonly #ids = new Map<string, readonly string[]>()
  readonly #buckets = new Map<number, Bucket>()
  readonly #isNonFungible: (resource: string) => boolean

  constructor(isNonFungible: (resource: string) => boolean) {
    this.#isNonFungible = isNonFungible
  }

  put(bucket: Bucket): void {
    if (bucket.kind === 'fungible') this.#amounts.set(bucket.resource, this.amount(bucket.resource).plus(bucket.amount))
    else this.#ids.set(bucket.resource, [...this.ids(bucket.resource), ...bucket.ids])
  }

  /** @returns what a method that gives buckets outputs; their ids mean nothing after the transaction. */
  putAll(buckets: readonly Bucket[]): SborValue {
    for (const bucket of buckets) this.put(bucket)
    return UNIT
  }

  amount(resource: string): Decimal {
    return this.#amounts.get(resource) ?? Decimal.ZERO
  }

  ids(resource: string): readonly string[] {
    return this.#ids.get(resource) ?? []
  }

  /** Opens bucket `number` with everything there is of `resource`. */
  openAll(resource: string, number: number): void {
    if (this.#isNonFungible(resource)) this.openIds(resource, this.ids(resource), number)
    else this.openAmount(resource, this.amount(resource), number)
  }

  openAmount(resource: string, amount: Decimal, number: number): void {
    const there = this.amount(resource)
    if (amount.gt(there) || amount.isNegative())
      throw new ExecutionError(
        `WorktopError(InsufficientBalance): ${there} of ${resource} on the worktop, not ${amount}`,
      )
    this.#amounts.set(resource, there.minus(amount))
    this.#buckets.set(number, { kind: 'fungible', resource, amount })
  }

  openIds(resource: string, ids: readonly string[], number: number): void {
    const there = this.ids(resource)
    const missing = ids.find((id) => !there.includes(id))
    if (missing !== undefined)
      throw new ExecutionError(`WorktopError(InsufficientBalance): no ${missing} of ${resource}`)
    this.#ids.set(
      resource,
      there.filter((id) => !ids.includes(id)),
    )
    this.#buckets.set(number, { kind: 'non-fungible', resource, ids })
  }

  takeOne(number: number): Bucket {
    const bucket = this.#buckets.get(number)
    if (!bucket) throw new ExecutionError(`BucketNotFound(${number})`)
    this.#buckets.delete(number)
    return bucket
  }

  /** The named buckets, or everything on the worktop. */
  take(numbers: readonly number[] | 'entire-worktop'): Bucket[] {
    if (numbers !== 'entire-worktop') return numbers.map((number) => this.takeOne(number))
    const all: Bucket[] = [
      ...[...this.#amounts].map(([resource, amount]) => ({ kind: 'fungible' as const, resource, amount })),
      ...[...this.#ids].map(([resource, ids]) => ({ kind: 'non-fungible' as const, resource, ids })),
    ].filter((bucket) => !isEmpty(bucket))
    this.#amounts.clear()
    this.#ids.clear()
    return all
  }

  /** @throws {ExecutionError} unless everything has gone somewhere. */
  requireEmpty(): void {
    const left = [...this.take('entire-worktop'), ...[...this.#buckets.values()].filter((bucket) => !isEmpty(bucket))]
    if (left.length === 0) return
    const list = left.map(
      (bucket) => `${bucket.kind === 'fungible' ? bucket.amount : bucket.ids} of ${bucket.resource}`,
    )
    throw new ExecutionError(`ResourceError(DropNonEmptyBucket): left over: ${list.join(', ')}`)
  }
}

function isEmpty(bucket: Bucket): boolean {
  return bucket.kind === 'fungible' ? bucket.amount.isZero() : bucket.ids.length === 0
}
