import type { Decimal } from '@weft/domain/decimal'
import type { Arg } from './steps.ts'

/** A call's arguments do not have the types the method declares; the engine would fail at the same place. */
export class ArgumentError extends Error {
  override readonly name = 'ArgumentError'
}

/** Reads a call's arguments in order. */
export class Arguments {
  readonly #args: readonly Arg[]
  #next = 0

  constructor(args: readonly Arg[]) {
    this.#args = args
  }

  take(): Arg {
    const arg = this.#args[this.#next]
    if (!arg) throw new ArgumentError(`argument ${this.#next + 1} is missing`)
    this.#next++
    return arg
  }

  end(): void {
    if (this.#next < this.#args.length) throw new ArgumentError(`${this.#args.length - this.#next} arguments too many`)
  }

  decimal(): Decimal {
    return asDecimal(this.take())
  }

  address(): string {
    return asAddress(this.take())
  }

  localId(): string {
    const arg = this.take()
    return arg.kind === 'local-id' ? arg.value : wrong('NonFungibleLocalId', arg)
  }

  bucket(): number {
    const arg = this.take()
    return arg.kind === 'bucket' ? arg.bucket : wrong('Bucket', arg)
  }

  proof(): number {
    const arg = this.take()
    return arg.kind === 'proof' ? arg.proof : wrong('Proof', arg)
  }

  /** `Array<Bucket>`, or the whole worktop. */
  buckets(): readonly number[] | 'entire-worktop' {
    const arg = this.take()
    if (arg.kind === 'entire-worktop') return 'entire-worktop'
    return asList(arg).map((item) => (item.kind === 'bucket' ? item.bucket : wrong('Bucket', item)))
  }

  bucketList(): readonly number[] {
    const buckets = this.buckets()
    if (buckets === 'entire-worktop') throw new ArgumentError('expected Array<Bucket>, got an expression')
    return buckets
  }

  addresses(): readonly string[] {
    return asList(this.take()).map(asAddress)
  }

  localIds(): readonly string[] {
    return asList(this.take()).map((item) =>
      item.kind === 'local-id' ? item.value : wrong('NonFungibleLocalId', item),
    )
  }

  amounts(): ReadonlyMap<string, Decimal> {
    return this.#byAddress(asDecimal)
  }

  idsByResource(): ReadonlyMap<string, readonly string[]> {
    return this.#byAddress((value) => new Arguments([value]).localIds())
  }

  #byAddress<T>(read: (value: Arg) => T): ReadonlyMap<string, T> {
    const arg = this.take()
    if (arg.kind !== 'map') return wrong('Map<Address, …>', arg)
    const found = new Map<string, T>()
    for (const [key, value] of arg.entries) {
      const address = asAddress(key)
      if (found.has(address)) throw new ArgumentError(`duplicate key ${address}`)
      found.set(address, read(value))
    }
    return found
  }

  option<T>(read: (args: Arguments) => T): T | undefined {
    const arg = this.take()
    if (arg.kind !== 'variant' || arg.variant > 1) return wrong('Option', arg)
    return arg.variant === 0 ? undefined : read(new Arguments(arg.fields))
  }

  bool(): boolean {
    const arg = this.take()
    return arg.kind === 'bool' ? arg.value : wrong('Bool', arg)
  }

  integer(): bigint {
    const arg = this.take()
    return arg.kind === 'integer' ? arg.value : wrong('U64', arg)
  }

  string(): string {
    const arg = this.take()
    return arg.kind === 'string' ? arg.value : wrong('String', arg)
  }
}

function asList(arg: Arg): readonly Arg[] {
  return arg.kind === 'list' ? arg.items : wrong('Array', arg)
}

function asDecimal(arg: Arg): Decimal {
  return arg.kind === 'decimal' ? arg.value : wrong('Decimal', arg)
}

function asAddress(arg: Arg): string {
  return arg.kind === 'address' ? arg.value : wrong('Address', arg)
}

function wrong(expected: string, got: Arg): never {
  throw new ArgumentError(`expected ${expected}, got ${got.kind}`)
}
