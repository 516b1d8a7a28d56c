import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { distrustedNow, ResourceAddress } from '@weft/domain'
import { Decimal } from '@weft/domain/decimal'
import { describe, expect, test } from 'vitest'
import { stokenetConfig } from '../test/stokenet-config.ts'
import { isAddressOf, loadNetworkConfig, parseNetworkConfig, plausibilityOf } from './network-config.ts'

const networks = new URL('../../../networks/', import.meta.url)

test('the shipped configuration of mainnet is valid', async () => {
  const config = await loadNetworkConfig(new URL('mainnet.json', networks))
  expect(config).toMatchObject({ name: 'mainnet', networkId: 1 })
})

describe('a bad configuration is refused with one message', () => {
  test('that names every bad entry', async () => {
    const mainnet = await loadNetworkConfig(new URL('mainnet.json', networks))
    const broken = {
      ...stokenetConfig,
      networkId: 1,
      gatewayUrls: ['stokenet'],
      addresses: { ...stokenetConfig.addresses, pool: undefined },
    }
    expect(() => parseNetworkConfig(broken, 'broken.json')).toThrow(
      /^broken\.json is no valid .*gatewayUrls\.0: .*addresses\.pool: /,
    )
    const mixed = { ...stokenetConfig, addresses: { ...stokenetConfig.addresses, market: mainnet.addresses.market } }
    expect(() => parseNetworkConfig(mixed, 'mixed.json')).toThrow(/addresses\.market: component_rdx1.* another network/)
  })

  test('when the network id is not that of the name', async () => {
    const mainnet = await loadNetworkConfig(new URL('mainnet.json', networks))
    expect(() => parseNetworkConfig({ ...mainnet, networkId: 2 }, 'x')).toThrow('mainnet has network id 1')
  })

  test('when an unknown entry would otherwise be ignored', async () => {
    const mainnet = await loadNetworkConfig(new URL('mainnet.json', networks))
    expect(() => parseNetworkConfig({ ...mainnet, gatewayURL: 'x' }, 'x')).toThrow('gatewayURL')
  })

  test('when the file is missing or no JSON', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'weft-network-'))
    await expect(loadNetworkConfig(join(folder, 'none.json'))).rejects.toThrow('cannot be read')
    await writeFile(join(folder, 'bad.json'), '{')
    await expect(loadNetworkConfig(join(folder, 'bad.json'))).rejects.toThrow('bad.json is no JSON')
  })
})

test('addresses tell their network', () => {
  const account = 'account_tdx_2_129t4rk8hyu9ekz9jgxcveprkm40dly5f4tc426sdqz7fa7mtgkmmff'
  expect(isAddressOf(account, 2)).toBe(true)
  expect(isAddressOf(account, 1)).toBe(false)
  expect(isAddressOf('account_rdx12995u6eueux9mxxnasvsrw4rykg704epl0w67r82nuzd9u9vfn9usz', 1)).toBe(true)
})

test('the pegged pairs of mainnet are judged, LSULP against the unit of account', async () => {
  const mainnet = await loadNetworkConfig(new URL('mainnet.json', networks))
  const lsulp = ResourceAddress.parse('resource_rdx1thksg5ng70g9mmy9ne7wz0sc7auzrrwy7fmgcxzel2gvp8pj0xxfmf')
  const reading = (price: string) => ({
    unit: mainnet.addresses.xrd,
    atMs: 0,
    prices: new Map([[lsulp, { priceXrd: Decimal.parse(price), source: 'feed' as const }]]),
    secondSource: new Map(),
  })
  expect(distrustedNow(undefined, reading('1.224027421309258'), plausibilityOf(mainnet)).size).toBe(0)
  expect(distrustedNow(undefined, reading('1.05'), plausibilityOf(mainnet)).get(lsulp)).toMatchObject([
    { kind: 'off-peg' },
  ])
})
