import type { Decimal } from '@weft/domain/decimal'
import { isAddressOf } from '../network-config.ts'
import { address, amount, type Bucket, bucket, ManifestBuildError, type ManifestValue, text } from './manifest-value.ts'

/**
 * Writes a transaction manifest as text, the one form that preview, log, signing and audit share.
 *
 * It refuses what the engine would let pass or fail on late: addresses of another network, buckets that are used twice or never,
 * negative amounts. Checksums, argument kinds and the order of instructions are the toolkit's to check.
 */
export class ManifestText {
  readonly #networkId: number
  readonly #instructions: string[] = []
  readonly #open = new Set<Bucket>()
  #taken = 0

  constructor(networkId: number) {
    this.#networkId = networkId
  }

  /** Calls a method; buckets named in `args` are handed over. @throws {ManifestBuildError} */
  call(target: string, method: string, ...args: readonly ManifestValue[]): this {
    this.#write('CALL_METHOD', address(target), text(method), ...args)
    return this
  }

  /** Opens a bucket with everything of a resource on the worktop. @throws {ManifestBuildError} */
  takeAll(resource: string): Bucket {
    const taken = this.#nextBucket()
    this.#write('TAKE_ALL_FROM_WORKTOP', address(resource), bucket(taken))
    this.#open.add(taken)
    return taken
  }

  /** Opens a bucket with an exact amount from the worktop. @throws {ManifestBuildError} */
  take(resource: string, exactly: Decimal): Bucket {
    const taken = this.#nextBucket()
    this.#write('TAKE_FROM_WORKTOP', address(resource), amount(exactly), bucket(taken))
    this.#open.add(taken)
    return taken
  }

  /** Puts back what was set aside. @throws {ManifestBuildError} */
  returnToWorktop(setAside: Bucket): this {
    this.#write('RETURN_TO_WORKTOP', bucket(setAside))
    return this
  }

  /** Fails the transaction unless the worktop holds at least so much. @throws {ManifestBuildError} */
  assertWorktopContains(resource: string, atLeast: Decimal): this {
    this.#write('ASSERT_WORKTOP_CONTAINS', address(resource), amount(atLeast))
    return this
  }

  /** @throws {ManifestBuildError} while a bucket is still open: its content would be lost in the engine's refusal. */
  build(): string {
    if (this.#open.size > 0)
      throw new ManifestBuildError(`Not handed over: ${[...this.#open].map((each) => each.bucketName).join(', ')}.`)
    return `${this.#instructions.join('\n')}\n`
  }

  #nextBucket(): Bucket {
    this.#taken += 1
    return { bucketName: `bucket${this.#taken}` }
  }

  #write(instruction: string, ...args: readonly ManifestValue[]): void {
    const isTake = instruction.startsWith('TAKE')
    for (const each of args) {
      for (const used of each.addresses)
        if (!isAddressOf(used, this.#networkId))
          throw new ManifestBuildError(`${JSON.stringify(used)} is no address of network ${this.#networkId}.`)
      if (isTake) continue
      for (const used of each.buckets)
        if (!this.#open.delete(used))
          throw new ManifestBuildError(
            `${used.bucketName} is not open: it was handed over before or is of another manifest.`,
          )
    }
    const lines = args.map((each) => `    ${each.render('    ')}`)
    this.#instructions.push(`${instruction}\n${lines.join('\n')}\n;`)
  }
}
