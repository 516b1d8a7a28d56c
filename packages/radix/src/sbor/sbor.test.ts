import { LedgerDataError, ResourceAddress } from '@weft/domain'
import { Decimal } from '@weft/domain/decimal'
import { describe, expect, test } from 'vitest'
import { array, bytesHex, enumOf, mapOf, option, positional, struct, variant } from './composites.ts'
import { type Decoder, decodeSbor, ignored } from './decode.ts'
import {
  bigInteger,
  bool,
  count,
  decimal,
  instantMs,
  nonFungibleLocalId,
  own,
  preciseDecimal,
  reference,
  secondsAsMs,
  string,
} from './scalars.ts'

const xrd = 'resource_tdx_2_1tknxxxxxxxxxradxrdxxxxxxxxx009923554798xxxxxxxxxtfd2jc'

function messageOf(decoder: Decoder<unknown>, value: unknown): string {
  try {
    decodeSbor(decoder, value, 'test value')
  } catch (error) {
    if (error instanceof LedgerDataError) return error.message
    throw error
  }
  throw new Error('the value decoded')
}

describe('scalars', () => {
  test('read decimals exactly', () => {
    const price = decodeSbor(decimal, { kind: 'Decimal', value: '25371681.638553747064004698' }, 'price')
    expect(price).toEqual(Decimal.parse('25371681.638553747064004698'))
  })

  test('refuse text that is no decimal, which a lenient decoder lets pass', () => {
    expect(messageOf(decimal, { kind: 'Decimal', value: 'abc' })).toContain('"abc" is not an exact decimal')
  })

  test('keep a U64 exact instead of rounding it', () => {
    const u64 = { kind: 'U64', value: '18446744073709551615' }
    expect(decodeSbor(bigInteger, u64, 'u64')).toBe(18446744073709551615n)
    expect(messageOf(count, u64)).toContain('beyond the integers that JavaScript holds exactly')
  })

  test('take a count of any width, and refuse what is no integer, is negative or contradicts its kind', () => {
    for (const kind of ['I8', 'I64', 'U8', 'U16', 'U32', 'U64', 'U128'])
      expect(decodeSbor(count, { kind, value: '7' }, 'count')).toBe(7)
    expect(messageOf(count, { kind: 'Decimal', value: '1' })).toContain('got Decimal')
    expect(messageOf(count, { kind: 'U16', value: '-1' })).toContain('"-1" is no U16')
    expect(messageOf(count, { kind: 'I64', value: '-1' })).toContain('-1 is negative')
  })

  test('read a fraction of either kind, with 36 digits where they are wanted and nearest where they are not', () => {
    const precise = { kind: 'PreciseDecimal', value: '0.999999999999999999600000000000000001' }
    expect(String(decodeSbor(preciseDecimal, precise, 'ratio'))).toBe('0.999999999999999999600000000000000001')
    expect(String(decodeSbor(preciseDecimal, { kind: 'Decimal', value: '1.5' }, 'ratio'))).toBe('1.5')
    expect(String(decodeSbor(decimal, precise, 'price'))).toBe('1')
    expect(messageOf(preciseDecimal, { kind: 'String', value: '1' })).toContain('got String')
  })

  test('take the ends of the ledger’s clock as the last instants a date can hold, and refuse a negative duration', () => {
    const last = { kind: 'I64', value: '9223372036854775807' }
    expect(decodeSbor(instantMs, last, 'never')).toBe(8_640_000_000_000_000)
    expect(decodeSbor(instantMs, { kind: 'I64', value: '-9223372036854775808' }, 'always')).toBe(-8_640_000_000_000_000)
    expect(decodeSbor(secondsAsMs, last, 'period')).toBe(8_640_000_000_000_000)
    expect(messageOf(secondsAsMs, { kind: 'I64', value: '-1' })).toContain('a duration of -1 seconds')
  })

  test('read instants as milliseconds', () => {
    expect(decodeSbor(instantMs, { kind: 'I64', value: '1763851000' }, 'instant')).toBe(1763851000000)
  })

  test('read references, owned addresses, local ids, booleans and text', () => {
    const resource = reference((text) => ResourceAddress.parse(text))
    expect(decodeSbor(resource, { kind: 'Reference', value: xrd }, 'reference')).toBe(xrd)
    expect(messageOf(resource, { kind: 'Reference', value: 'component_rdx1abcdefg' })).toContain('resource address')
    expect(decodeSbor(own, { kind: 'Own', value: 'internal_vault_loc1x' }, 'own')).toBe('internal_vault_loc1x')
    expect(decodeSbor(nonFungibleLocalId, { kind: 'NonFungibleLocalId', value: '#7#' }, 'id')).toBe('#7#')
    expect(decodeSbor(bool, { kind: 'Bool', value: true }, 'bool')).toBe(true)
    expect(messageOf(bool, { kind: 'Bool', value: 'true' })).toContain('expected "value" to be true or false')
    expect(decodeSbor(string, { kind: 'String', value: '' }, 'string')).toBe('')
  })
})

describe('composites', () => {
  const loan = struct({ units: decimal, config_version: count })
  const named = {
    kind: 'Tuple',
    type_name: 'LoanInfo',
    fields: [
      { kind: 'Bool', field_name: 'added_later', value: true },
      { kind: 'U64', field_name: 'config_version', value: '3' },
      { kind: 'Decimal', field_name: 'units', value: '1.5' },
    ],
  }

  test('a struct is read by field name, whatever the order and the additional fields', () => {
    expect(decodeSbor(loan, named, 'loan')).toEqual({ units: Decimal.parse('1.5'), config_version: 3 })
  })

  test('a struct without names does not decode by name', () => {
    const nameless = { kind: 'Tuple', fields: [{ kind: 'Decimal', value: '1.5' }] }
    expect(messageOf(loan, nameless)).toBe('test value: units: this field is missing')
  })

  test('a positional struct is read in order and says which field is missing', () => {
    const pair = positional({ skipped: ignored, ltv: decimal })
    const fields = [
      { kind: 'U8', value: '1' },
      { kind: 'Decimal', value: '1.04' },
      { kind: 'Bool', value: true },
    ]
    expect(decodeSbor(pair, { kind: 'Tuple', fields }, 'pair').ltv).toEqual(Decimal.parse('1.04'))
    expect(messageOf(pair, { kind: 'Tuple', fields: fields.slice(0, 1) })).toContain('ltv: field 1 is missing')
  })

  test('a fault deep inside names its whole path', () => {
    const loans = mapOf(string, struct({ amounts: array(decimal) }))
    const value = {
      kind: 'Map',
      entries: [
        {
          key: { kind: 'String', value: 'a' },
          value: {
            kind: 'Tuple',
            fields: [{ kind: 'Array', field_name: 'amounts', elements: [{ kind: 'String', value: '1' }] }],
          },
        },
      ],
    }
    expect(messageOf(loans, value)).toBe('test value: entries.0.value.amounts.elements.0: expected Decimal, got String')
  })

  test('a map with null entries or a repeated key is refused', () => {
    const map = mapOf(string, bool)
    expect(messageOf(map, { kind: 'Map', entries: null })).toContain('expected "entries" to be a list, got null')
    const entry = { key: { kind: 'String', value: 'a' }, value: { kind: 'Bool', value: true } }
    expect(messageOf(map, { kind: 'Map', entries: [entry, entry] })).toContain('the key a stands twice')
  })

  test('bytes are hex, also when empty', () => {
    expect(decodeSbor(bytesHex, { kind: 'Bytes', element_kind: 'U8', hex: '' }, 'bytes')).toBe('')
    expect(messageOf(bytesHex, { kind: 'Bytes', hex: '0' })).toContain('is no hex text')
  })

  test('an enum is read by name where there is one, else by number', () => {
    const limit = enumOf(
      variant('None', [], () => ({ kind: 'none' }) as const),
      variant('Amount', [decimal], (amount) => ({ kind: 'amount', amount }) as const),
    )
    const amount = { kind: 'Enum', variant_id: '1', variant_name: 'Amount', fields: [{ kind: 'Decimal', value: '2' }] }
    expect(decodeSbor(limit, amount, 'limit')).toEqual({ kind: 'amount', amount: Decimal.parse('2') })
    expect(decodeSbor(limit, { ...amount, variant_id: '5' }, 'limit')).toMatchObject({ kind: 'amount' })
    const { variant_name: _, ...nameless } = amount
    expect(decodeSbor(limit, nameless, 'limit')).toMatchObject({ kind: 'amount' })
    expect(messageOf(limit, { ...amount, variant_name: 'SupplyRatio' })).toContain('variant SupplyRatio is unknown')
    expect(messageOf(limit, { ...nameless, variant_id: '2' })).toContain('variant 2 is unknown; known are None, Amount')
    expect(messageOf(limit, { ...amount, fields: [] })).toContain('variant Amount needs 1 field(s), got 0')
  })

  test('an option is null or its value', () => {
    const some = { kind: 'Enum', variant_id: '1', variant_name: 'Some', fields: [{ kind: 'U16', value: '5' }] }
    expect(decodeSbor(option(count), some, 'option')).toBe(5)
    expect(decodeSbor(option(count), { kind: 'Enum', variant_id: '0', fields: [] }, 'option')).toBeNull()
  })
})
