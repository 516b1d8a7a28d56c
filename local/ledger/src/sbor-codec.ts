import { Decimal } from '@weft/domain/decimal'
import { addressOfNodeId, nodeIdOf } from './engine/addresses.ts'
import { UnitRatio } from './engine/unit-ratio.ts'
import type { IntegerKind, SborKind, SborValue } from './sbor.ts'

/**
 * Scrypto SBOR payload bytes, as the Gateway prints them in `raw_hex`: the prefix `5c`, then value kinds and bodies.
 * Names are no part of the encoding. Byte values and layouts follow the Radix Engine's SBOR description and are checked against
 * the Radix Engine Toolkit in the test beside this file.
 */

const PAYLOAD_PREFIX = 0x5c

const KIND_BYTES = {
  Bool: 0x01,
  I8: 0x02,
  I16: 0x03,
  I32: 0x04,
  I64: 0x05,
  I128: 0x06,
  U8: 0x07,
  U16: 0x08,
  U32: 0x09,
  U64: 0x0a,
  U128: 0x0b,
  String: 0x0c,
  Array: 0x20,
  Tuple: 0x21,
  Enum: 0x22,
  Map: 0x23,
  Reference: 0x80,
  Own: 0x90,
  Decimal: 0xa0,
  PreciseDecimal: 0xb0,
  NonFungibleLocalId: 0xc0,
  /** Not a kind of its own: an array of `U8`. */
  Bytes: 0x20,
} as const satisfies Record<SborKind, number>

const INTEGER_BYTES: Record<IntegerKind, number> = {
  I8: 1,
  I16: 2,
  I32: 4,
  I64: 8,
  I128: 16,
  U8: 1,
  U16: 2,
  U32: 4,
  U64: 8,
  U128: 16,
}
const DECIMAL_BYTES = 24
const PRECISE_DECIMAL_BYTES = 32
const NODE_ID_BYTES = 30
const RUID_BYTES = 32

const KINDS_BY_BYTE = new Map<number, SborKind>(
  (Object.keys(KIND_BYTES) as SborKind[]).filter((kind) => kind !== 'Bytes').map((kind) => [KIND_BYTES[kind], kind]),
)

/** The bytes are no Scrypto SBOR payload, or the value cannot be written as one. */
export class SborError extends Error {
  override readonly name = 'SborError'
}

/** The payload bytes of `value` as lower-case hex. @throws {SborError} */
export function encodeSbor(value: SborValue): string {
  const out = new Writer()
  out.byte(PAYLOAD_PREFIX)
  writeValue(out, value)
  return out.hex()
}

/** The value in a payload, without names. @throws {SborError} */
export function decodeSbor(hex: string): SborValue {
  if (!/^(?:[0-9a-fA-F]{2})*$/.test(hex)) throw new SborError('A payload is an even number of hex digits.')
  const reader = new Reader(Buffer.from(hex, 'hex'))
  if (reader.byte() !== PAYLOAD_PREFIX) throw new SborError('A Scrypto SBOR payload begins with 5c.')
  const value = readValue(reader)
  if (!reader.atEnd()) throw new SborError('There are bytes after the payload.')
  return value
}

function writeValue(out: Writer, value: SborValue): void {
  out.byte(KIND_BYTES[value.kind])
  writeBody(out, value)
}

function writeBody(out: Writer, value: SborValue): void {
  switch (value.kind) {
    case 'Bool':
      out.byte(value.value ? 1 : 0)
      return
    case 'String':
      writeBytes(out, Buffer.from(value.value, 'utf8'))
      return
    case 'Decimal':
      out.integer(Decimal.parse(value.value).attos, DECIMAL_BYTES)
      return
    case 'PreciseDecimal':
      out.integer(UnitRatio.parse(value.value).subattos, PRECISE_DECIMAL_BYTES)
      return
    case 'Reference':
    case 'Own':
      out.bytes(nodeIdOf(value.value))
      return
    case 'NonFungibleLocalId':
      writeLocalId(out, value.value)
      return
    case 'Bytes':
      out.byte(KIND_BYTES.U8)
      writeBytes(out, Buffer.from(value.hex, 'hex'))
      return
    case 'Array':
      out.byte(KIND_BYTES[value.elementKind])
      writeSize(out, value.elements.length)
      for (const element of value.elements) writeElement(out, element, value.elementKind)
      return
    case 'Map':
      out.byte(KIND_BYTES[value.keyKind])
      out.byte(KIND_BYTES[value.valueKind])
      writeSize(out, value.entries.length)
      for (const entry of value.entries) {
        writeElement(out, entry.key, value.keyKind)
        writeElement(out, entry.value, value.valueKind)
      }
      return
    case 'Tuple':
      writeSize(out, value.fields.length)
      for (const field of value.fields) writeValue(out, field)
      return
    case 'Enum':
      out.byte(value.variant)
      writeSize(out, value.fields.length)
      for (const field of value.fields) writeValue(out, field)
      return
    default:
      out.integer(value.value, INTEGER_BYTES[value.kind])
  }
}

/** An element carries no kind of its own, so a wrong one would silently shift everything after it. */
function writeElement(out: Writer, element: SborValue, kind: SborKind): void {
  if (KIND_BYTES[element.kind] !== KIND_BYTES[kind])
    throw new SborError(`A ${element.kind} stands among elements of kind ${kind}.`)
  writeBody(out, element)
}

function writeSize(out: Writer, size: number): void {
  let rest = size
  while (rest >= 0x80) {
    out.byte((rest & 0x7f) | 0x80)
    rest >>>= 7
  }
  out.byte(rest)
}

function writeBytes(out: Writer, bytes: Uint8Array): void {
  writeSize(out, bytes.length)
  out.bytes(bytes)
}

function writeLocalId(out: Writer, id: string): void {
  const inner = id.slice(1, -1)
  if (/^<[A-Za-z0-9_]{1,64}>$/.test(id)) {
    out.byte(0)
    writeBytes(out, Buffer.from(inner, 'utf8'))
  } else if (/^#\d{1,20}#$/.test(id)) {
    const bytes = Buffer.alloc(8)
    bytes.writeBigUInt64BE(BigInt.asUintN(64, BigInt(inner)))
    out.byte(1)
    out.bytes(bytes)
  } else if (/^\[(?:[0-9a-f]{2}){1,64}\]$/.test(id)) {
    out.byte(2)
    writeBytes(out, Buffer.from(inner, 'hex'))
  } else if (/^\{[0-9a-f]{16}(?:-[0-9a-f]{16}){3}\}$/.test(id)) {
    out.byte(3)
    out.bytes(Buffer.from(inner.replaceAll('-', ''), 'hex'))
  } else throw new SborError(`"${id}" is no non-fungible local id.`)
}

/** Bytes in a row, in a buffer that grows. */
class Writer {
  #bytes = Buffer.allocUnsafe(512)
  #at = 0

  byte(value: number): void {
    this.#reserve(1)
    this.#bytes[this.#at] = value
    this.#at += 1
  }

  bytes(bytes: Uint8Array): void {
    this.#reserve(bytes.length)
    this.#bytes.set(bytes, this.#at)
    this.#at += bytes.length
  }

  /** The lowest `length` bytes of the two's complement, the least significant first. */
  integer(value: bigint, length: number): void {
    this.#reserve(length + 8)
    // In words: a page of CDPs has thousands of decimals, and each step on a bigint makes a new one.
    let rest = value
    for (let written = 0; written < length; written += 8) {
      this.#bytes.writeBigUInt64LE(BigInt.asUintN(64, rest), this.#at + written)
      rest >>= 64n
    }
    this.#at += length
  }

  hex(): string {
    return this.#bytes.toString('hex', 0, this.#at)
  }

  #reserve(length: number): void {
    if (this.#at + length <= this.#bytes.length) return
    const larger = Buffer.allocUnsafe(2 * (this.#at + length))
    this.#bytes.copy(larger, 0, 0, this.#at)
    this.#bytes = larger
  }
}

class Reader {
  readonly #bytes: Buffer
  #at = 0

  constructor(bytes: Buffer) {
    this.#bytes = bytes
  }

  byte(): number {
    const byte = this.#bytes[this.#at]
    if (byte === undefined) throw new SborError('The payload ends too early.')
    this.#at++
    return byte
  }

  take(length: number): Buffer {
    if (this.#at + length > this.#bytes.length) throw new SborError('The payload ends too early.')
    this.#at += length
    return this.#bytes.subarray(this.#at - length, this.#at)
  }

  size(): number {
    let size = 0
    for (let shift = 0; shift < 28; shift += 7) {
      const byte = this.byte()
      size |= (byte & 0x7f) << shift
      if (byte < 0x80) return size
    }
    throw new SborError('A size is longer than four bytes.')
  }

  integer(bytes: number, signed: boolean): bigint {
    let value = 0n
    const raw = this.take(bytes)
    for (let i = bytes - 1; i >= 0; i--) value = (value << 8n) | BigInt(raw[i] ?? 0)
    return signed ? BigInt.asIntN(bytes * 8, value) : value
  }

  kind(): SborKind {
    const byte = this.byte()
    const kind = KINDS_BY_BYTE.get(byte)
    if (kind === undefined) throw new SborError(`${byte} is no value kind.`)
    return kind
  }

  atEnd(): boolean {
    return this.#at === this.#bytes.length
  }
}

function readValue(reader: Reader): SborValue {
  return readBody(reader, reader.kind())
}

function readBody(reader: Reader, kind: SborKind): SborValue {
  switch (kind) {
    case 'Bool':
      return { kind, value: reader.byte() === 1 }
    case 'String':
      return { kind, value: reader.take(reader.size()).toString('utf8') }
    case 'Decimal':
      return { kind, value: Decimal.fromAttos(reader.integer(DECIMAL_BYTES, true)).toString() }
    case 'PreciseDecimal':
      return { kind, value: new UnitRatio(reader.integer(PRECISE_DECIMAL_BYTES, true)).toString() }
    case 'Reference':
    case 'Own':
      return { kind, value: addressOfNodeId(reader.take(NODE_ID_BYTES)) }
    case 'NonFungibleLocalId':
      return { kind, value: readLocalId(reader) }
    case 'Bytes':
    case 'Array': {
      const elementKind = reader.kind()
      const size = reader.size()
      if (elementKind === 'U8') return { kind: 'Bytes', hex: reader.take(size).toString('hex') }
      return { kind: 'Array', elementKind, elements: times(size, () => readBody(reader, elementKind)) }
    }
    case 'Map': {
      const keyKind = reader.kind()
      const valueKind = reader.kind()
      const entries = times(reader.size(), () => ({
        key: readBody(reader, keyKind),
        value: readBody(reader, valueKind),
      }))
      return { kind, keyKind, valueKind, entries }
    }
    case 'Tuple':
      return { kind, fields: times(reader.size(), () => readValue(reader)) }
    case 'Enum': {
      const variant = reader.byte()
      return { kind, variant, fields: times(reader.size(), () => readValue(reader)) }
    }
    default:
      return { kind, value: reader.integer(INTEGER_BYTES[kind], kind.startsWith('I')) }
  }
}

function readLocalId(reader: Reader): string {
  const type = reader.byte()
  switch (type) {
    case 0:
      return `<${reader.take(reader.size()).toString('utf8')}>`
    case 1:
      return `#${reader.take(8).readBigUInt64BE()}#`
    case 2:
      return `[${reader.take(reader.size()).toString('hex')}]`
    case 3: {
      const hex = reader.take(RUID_BYTES).toString('hex')
      return `{${[0, 16, 32, 48].map((start) => hex.slice(start, start + 16)).join('-')}}`
    }
    default:
      throw new SborError(`${type} is no kind of local id.`)
  }
}

function times<T>(count: number, make: () => T): T[] {
  return Array.from({ length: count }, make)
}
