import { NonFungibleLocalId } from '@weft/domain'
import type { Decimal } from '@weft/domain/decimal'

/** A manifest cannot be built as asked; nothing was signed or sent. */
export class ManifestBuildError extends Error {
  override readonly name = 'ManifestBuildError'
}

/** A bucket on the worktop's way; must be handed over exactly once. */
export interface Bucket {
  readonly bucketName: string
}

/** An argument of a method call: its canonical text and what it uses, which the manifest checks. */
export interface ManifestValue {
  readonly render: (indent: string) => string
  readonly buckets: readonly Bucket[]
  readonly addresses: readonly string[]
}

const INDENT = '    '

function leaf(text: string, uses: { buckets?: readonly Bucket[]; addresses?: readonly string[] } = {}): ManifestValue {
  return { render: () => text, buckets: uses.buckets ?? [], addresses: uses.addresses ?? [] }
}

/** `head(` … `)` with one part per line, or `head()`; the toolkit's own layout. */
function composite(head: string, parts: readonly ManifestValue[], join?: (texts: string[]) => string[]): ManifestValue {
  return {
    render: (indent) => {
      if (parts.length === 0) return `${head}()`
      const inner = `${indent}${INDENT}`
      const texts = parts.map((part) => part.render(inner))
      const lines = (join === undefined ? texts : join(texts)).map((text) => `${inner}${text}`)
      return `${head}(\n${lines.join(',\n')}\n${indent})`
    },
    buckets: parts.flatMap((part) => part.buckets),
    addresses: parts.flatMap((part) => part.addresses),
  }
}

export function address(text: string): ManifestValue {
  return leaf(`Address("${text}")`, { addresses: [text] })
}

/** @throws {ManifestBuildError} for a negative amount: the engine would accept it and fail later. */
export function amount(value: Decimal): ManifestValue {
  if (value.isNegative()) throw new ManifestBuildError(`The amount ${value} is negative.`)
  return leaf(`Decimal("${value}")`)
}

export function bucket(handle: Bucket): ManifestValue {
  return leaf(`Bucket("${handle.bucketName}")`, { buckets: [handle] })
}

/** Text with every special character escaped, so that it cannot end its own quotation. */
export function text(value: string): ManifestValue {
  return leaf(JSON.stringify(value))
}

export function localId(id: string): ManifestValue {
  return leaf(`NonFungibleLocalId(${JSON.stringify(NonFungibleLocalId.parse(id))})`)
}

export const entireWorktop: ManifestValue = leaf('Expression("ENTIRE_WORKTOP")')

export const none: ManifestValue = composite('Enum<0u8>', [])

export function some(value: ManifestValue): ManifestValue {
  return composite('Enum<1u8>', [value])
}

export function arrayOf(
  kind: 'Bucket' | 'Address' | 'NonFungibleLocalId',
  elements: readonly ManifestValue[],
): ManifestValue {
  return composite(`Array<${kind}>`, elements)
}

export function amountsByResource(entries: readonly (readonly [string, Decimal])[]): ManifestValue {
  return composite(
    'Map<Address, Decimal>',
    entries.flatMap(([resource, value]) => [address(resource), amount(value)]),
    (texts) => entries.map((_, index) => `${texts[2 * index]} => ${texts[2 * index + 1]}`),
  )
}
