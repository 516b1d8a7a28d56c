import type { RawRadixEngineToolkit } from '@radixdlt/radix-engine-toolkit'
import { Decimal } from '@weft/domain/decimal'

/** A manifest as the ledger executes it: the toolkit's parsed instructions, with plain arguments and the bucket numbers made explicit. */
export type Step =
  | { readonly kind: 'call'; readonly address: string; readonly method: string; readonly args: readonly Arg[] }
  | { readonly kind: 'take-all'; readonly resource: string; readonly bucket: number }
  | { readonly kind: 'take'; readonly resource: string; readonly amount: Decimal; readonly bucket: number }
  | { readonly kind: 'take-ids'; readonly resource: string; readonly ids: readonly string[]; readonly bucket: number }
  | { readonly kind: 'return'; readonly bucket: number }
  | { readonly kind: 'assert-any'; readonly resource: string }
  | { readonly kind: 'assert-amount'; readonly resource: string; readonly amount: Decimal }
  | { readonly kind: 'assert-ids'; readonly resource: string; readonly ids: readonly string[] }
  | { readonly kind: 'pop-proof'; readonly proof: number }
  | {
      readonly kind: 'proof-of-ids'
      readonly resource: string
      readonly ids: readonly string[]
      readonly proof: number
    }
  | { readonly kind: 'proof-of-amount'; readonly resource: string; readonly amount: Decimal; readonly proof: number }
  | { readonly kind: 'proof-of-all'; readonly resource: string; readonly proof: number }
  | { readonly kind: 'drop-proof'; readonly proof: number }
  | { readonly kind: 'drop-proofs'; readonly of: 'auth-zone' | 'named' | 'both' }

export type Arg =
  | { readonly kind: 'bool'; readonly value: boolean }
  | { readonly kind: 'integer'; readonly value: bigint }
  | { readonly kind: 'string'; readonly value: string }
  | { readonly kind: 'decimal'; readonly value: Decimal }
  | { readonly kind: 'address'; readonly value: string }
  | { readonly kind: 'local-id'; readonly value: string }
  | { readonly kind: 'bucket'; readonly bucket: number }
  | { readonly kind: 'proof'; readonly proof: number }
  | { readonly kind: 'entire-worktop' }
  | { readonly kind: 'list'; readonly of: string; readonly items: readonly Arg[] }
  /** From addresses; to decimals unless it says otherwise. */
  | { readonly kind: 'map'; readonly entries: readonly (readonly [Arg, Arg])[]; readonly valuesOf?: 'Array' }
  | { readonly kind: 'variant'; readonly variant: number; readonly fields: readonly Arg[] }

/** The manifest uses something that the simulated ledger does not execute. */
export class UnsupportedManifestError extends Error {
  override readonly name = 'UnsupportedManifestError'
}

type Parsed = Extract<ReturnType<RawRadixEngineToolkit['instructionsConvert']>, { kind: 'Parsed' }>
type ParsedInstruction = Parsed['value'][number]
type ParsedValue = Extract<ParsedInstruction, { kind: 'CallMethod' }>['value']['args']

/** @throws {UnsupportedManifestError} */
export function stepsOf(instructions: readonly ParsedInstruction[]): Step[] {
  let bucket = 0
  let proof = 0
  return instructions.map((instruction): Step => {
    switch (instruction.kind) {
      case 'CallMethod':
        return {
          kind: 'call',
          address: staticAddress(instruction.value.address),
          method: instruction.value.method_name,
          args: tupleFields(instruction.value.args),
        }
      case 'TakeAllFromWorktop':
        return { kind: 'take-all', resource: instruction.value.resource_address, bucket: bucket++ }
      case 'TakeFromWorktop': {
        const { resource_address: resource, amount } = instruction.value
        return { kind: 'take', resource, amount: Decimal.parse(amount), bucket: bucket++ }
      }
      case 'TakeNonFungiblesFromWorktop': {
        const { resource_address: resource, ids } = instruction.value
        return { kind: 'take-ids', resource, ids, bucket: bucket++ }
      }
      case 'ReturnToWorktop':
        return { kind: 'return', bucket: Number(instruction.value.bucket_id) }
      case 'AssertWorktopContainsAny':
        return { kind: 'assert-any', resource: instruction.value.resource_address }
      case 'AssertWorktopContains': {
        const { resource_address: resource, amount } = instruction.value
        return { kind: 'assert-amount', resource, amount: Decimal.parse(amount) }
      }
      case 'AssertWorktopContainsNonFungibles': {
        const { resource_address: resource, ids } = instruction.value
        return { kind: 'assert-ids', resource, ids }
      }
      case 'PopFromAuthZone':
        return { kind: 'pop-proof', proof: proof++ }
      case 'CreateProofFromAuthZoneOfAmount': {
        const { resource_address: resource, amount } = instruction.value
        return { kind: 'proof-of-amount', resource, amount: Decimal.parse(amount), proof: proof++ }
      }
      case 'CreateProofFromAuthZoneOfNonFungibles': {
        const { resource_address: resource, ids } = instruction.value
        return { kind: 'proof-of-ids', resource, ids, proof: proof++ }
      }
      case 'CreateProofFromAuthZoneOfAll':
        return { kind: 'proof-of-all', resource: instruction.value.resource_address, proof: proof++ }
      case 'DropAllProofs':
        return { kind: 'drop-proofs', of: 'both' }
      case 'DropNamedProofs':
        return { kind: 'drop-proofs', of: 'named' }
      case 'DropAuthZoneProofs':
      case 'DropAuthZoneRegularProofs':
        return { kind: 'drop-proofs', of: 'auth-zone' }
      case 'DropProof':
        return { kind: 'drop-proof', proof: Number(instruction.value.proof_id) }
      default:
        throw new UnsupportedManifestError(`The local ledger does not execute the instruction ${instruction.kind}.`)
    }
  })
}

function tupleFields(value: ParsedValue): Arg[] {
  if (value.kind !== 'Tuple') throw new UnsupportedManifestError('Arguments are one tuple.')
  return value.value.fields.map(argOf)
}

function argOf(value: ParsedValue): Arg {
  switch (value.kind) {
    case 'Bool':
      return { kind: 'bool', value: value.value.value }
    case 'String':
      return { kind: 'string', value: value.value.value }
    case 'Decimal':
      return { kind: 'decimal', value: Decimal.parse(value.value.value) }
    case 'Address':
      return { kind: 'address', value: staticAddress(value.value.value) }
    case 'NonFungibleLocalId':
      return { kind: 'local-id', value: value.value.value }
    case 'Bucket':
      return { kind: 'bucket', bucket: Number(value.value.value) }
    case 'Proof':
      return { kind: 'proof', proof: Number(value.value.value) }
    case 'Expression':
      // The toolkit declares this enum in types only; its values are these texts.
      if (`${value.value.value}` !== 'EntireWorktop')
        throw new UnsupportedManifestError('ENTIRE_WORKTOP is the only expression the local ledger knows.')
      return { kind: 'entire-worktop' }
    case 'Array':
      return { kind: 'list', of: value.value.element_value_kind, items: value.value.elements.map(argOf) }
    case 'Tuple':
      return { kind: 'list', of: 'Tuple', items: value.value.fields.map(argOf) }
    case 'Map':
      return {
        kind: 'map',
        ...(value.value.value_value_kind === 'Array' ? { valuesOf: 'Array' as const } : {}),
        entries: value.value.entries.map((entry) => [argOf(entry.key), argOf(entry.value)] as const),
      }
    case 'Enum':
      return { kind: 'variant', variant: Number(value.value.discriminator), fields: value.value.fields.map(argOf) }
    case 'Blob':
    case 'AddressReservation':
    case 'PreciseDecimal':
      throw new UnsupportedManifestError(`The local ledger takes no ${value.kind} as an argument.`)
    default:
      return { kind: 'integer', value: BigInt(value.value.value) }
  }
}

function staticAddress(address: { readonly kind: string; readonly value: string }): string {
  if (address.kind !== 'Static') throw new UnsupportedManifestError('The local ledger allocates no addresses.')
  return address.value
}
