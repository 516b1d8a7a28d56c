import { RadixEngineToolkit } from '@radixdlt/radix-engine-toolkit'
import { expect, test } from 'vitest'
import { addressOf, NETWORK_ID, XRD } from './engine/addresses.ts'
import type { SborValue } from './sbor.ts'
import { decodeSbor, encodeSbor } from './sbor-codec.ts'

const samples: Record<string, { value: SborValue; json: unknown }> = {
  'a tuple of scalars': {
    value: {
      kind: 'Tuple',
      fields: [
        { kind: 'Bool', value: true },
        { kind: 'I64', value: -1_700_000_000n },
        { kind: 'U8', value: 200n },
        { kind: 'U16', value: 65_535n },
        { kind: 'U64', value: 2n ** 64n - 1n },
        { kind: 'I128', value: -(2n ** 127n) },
        { kind: 'String', value: 'Wefty №1' },
        { kind: 'Decimal', value: '-51.127952505660406764' },
        { kind: 'Decimal', value: '3138550867693340381917894711603833208051.177722232017256447' },
      ],
    },
    json: {
      kind: 'Tuple',
      fields: [
        { kind: 'Bool', value: true },
        { kind: 'I64', value: '-1700000000' },
        { kind: 'U8', value: '200' },
        { kind: 'U16', value: '65535' },
        { kind: 'U64', value: '18446744073709551615' },
        { kind: 'I128', value: '-170141183460469231731687303715884105728' },
        { kind: 'String', value: 'Wefty №1' },
        { kind: 'Decimal', value: '-51.127952505660406764' },
        { kind: 'Decimal', value: '3138550867693340381917894711603833208051.177722232017256447' },
      ],
    },
  },
  'addresses and an option': {
    value: {
      kind: 'Enum',
      variant: 1,
      fields: [
        {
          kind: 'Array',
          elementKind: 'Reference',
          elements: [
            { kind: 'Reference', value: XRD },
            { kind: 'Reference', value: addressOf('component', 'market') },
          ],
        },
      ],
    },
    json: {
      kind: 'Enum',
      variant_id: '1',
      fields: [
        {
          kind: 'Array',
          element_kind: 'Reference',
          elements: [
            { kind: 'Reference', value: XRD },
            { kind: 'Reference', value: addressOf('component', 'market') },
          ],
        },
      ],
    },
  },
  'a map of every kind of local id': {
    value: {
      kind: 'Map',
      keyKind: 'NonFungibleLocalId',
      valueKind: 'Bytes',
      entries: ['#1138#', '<name_1>', '[00ff]', `{${Array(4).fill('4f58711db673a4c9').join('-')}}`].map((id) => ({
        key: { kind: 'NonFungibleLocalId', value: id },
        value: { kind: 'Bytes', hex: '00ff' },
      })),
    },
    json: {
      kind: 'Map',
      key_kind: 'NonFungibleLocalId',
      value_kind: 'Array',
      entries: ['#1138#', '<name_1>', '[00ff]', `{${Array(4).fill('4f58711db673a4c9').join('-')}}`].map((id) => ({
        key: { kind: 'NonFungibleLocalId', value: id },
        value: { kind: 'Bytes', element_kind: 'U8', hex: '00ff' },
      })),
    },
  },
  'an array longer than one size byte': {
    value: { kind: 'Array', elementKind: 'U32', elements: Array(300).fill({ kind: 'U32', value: 7n }) },
    json: { kind: 'Array', element_kind: 'U32', elements: Array(300).fill({ kind: 'U32', value: '7' }) },
  },
}

for (const [name, { value, json }] of Object.entries(samples)) {
  test(`encodes ${name} as the Radix Engine Toolkit does`, async () => {
    const expected = await RadixEngineToolkit.ScryptoSbor.encodeProgrammaticJson(json)
    expect(encodeSbor(value)).toBe(Buffer.from(expected).toString('hex'))
  })

  test(`decodes ${name} back`, () => {
    const hex = encodeSbor(value)
    expect(encodeSbor(decodeSbor(hex))).toBe(hex)
  })
}

test('addresses made from names are addresses for the Radix Engine Toolkit', async () => {
  for (const kind of ['component', 'fungible', 'nonFungible', 'fungibleVault', 'keyValueStore', 'validator'] as const) {
    const type = await RadixEngineToolkit.Address.entityType(addressOf(kind, 'x'))
    expect(type).toBeDefined()
    const { networkId } = await RadixEngineToolkit.Address.decode(addressOf(kind, 'x'))
    expect(networkId).toBe(NETWORK_ID)
  }
})

test('refuses an element whose kind is not the declared one', () => {
  expect(() => encodeSbor({ kind: 'Array', elementKind: 'U32', elements: [{ kind: 'U64', value: 1n }] })).toThrow(
    /stands among/,
  )
})

test('refuses a truncated payload and trailing bytes', () => {
  const hex = encodeSbor({ kind: 'String', value: 'hello' })
  expect(() => decodeSbor(hex.slice(0, -2))).toThrow(/too early/)
  expect(() => decodeSbor(`${hex}00`)).toThrow(/after the payload/)
})
