import { ManifestRefusedError, ResourceAddress } from '@weft/domain'
import { Decimal } from '@weft/domain/decimal'
import fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import { ManifestText } from '../manifest/manifest-text.ts'
import {
  address,
  amount,
  amountsByResource,
  arrayOf,
  bucket,
  entireWorktop,
  localId,
  none,
} from '../manifest/manifest-value.ts'
import { EngineToolkit } from './engine-toolkit.ts'
import { refuseSpending, type SpendingRules } from './spending-guard.ts'

const own = 'account_tdx_2_16yll6clntk9za0wvrw0nat848uazduyqy635m8ms77md99q7yf9fzg'
const market = 'component_tdx_2_1czjla2sp8uamjaex0mtt65xtztyhtyk02wv0lxntz90qtst6w0kf57'
const pool = 'component_tdx_2_1crrha0f0s7gayclln3f2s4xmpz3ja5lph2prmavkdsfwc05sun0t8t'
const xrd = 'resource_tdx_2_1tknxxxxxxxxxradxrdxxxxxxxxx009923554798xxxxxxxxxtfd2jc'
const usdc = 'resource_tdx_2_1tk903dr7agsg65v8h8he6kdhwlsctedxq0fuec0aufagr2xeyhs5ur'
const hug = 'resource_tdx_2_1thf8h2npjhfp8jeqc4tq20yxm4j3cnwd0urpg0dsg2cy56yjn0n388'
const nft = 'resource_tdx_2_1nglf548yxudgkc2kgtcs56fhm5g33hm3x66c00zvnkg74n3nj7w8gg'
const dec = (text: string) => Decimal.parse(text)

const rules: SpendingRules = {
  xrd: ResourceAddress.parse(xrd),
  maxWithdrawnXrd: dec('1000'),
  maxLockFeeXrd: dec('10'),
  maxCompensationXrd: dec('500'),
  // XUSDC is worth up to 400 XRD; nobody vouches for anything else.
  vouched: (resource) => {
    if (resource === xrd) return { lowestXrd: dec('1'), highestXrd: dec('1') }
    return resource === usdc ? { lowestXrd: dec('300'), highestXrd: dec('400') } : undefined
  },
}

let toolkit: EngineToolkit
beforeAll(async () => {
  toolkit = await EngineToolkit.load()
})

const check = (write: (manifest: ManifestText) => unknown, fee: string | undefined = '10') => {
  const manifest = new ManifestText(2)
  if (fee !== '') manifest.call(own, 'lock_fee', amount(dec(fee)))
  write(manifest)
  manifest.call(own, 'deposit_batch', entireWorktop)
  return () => refuseSpending(toolkit.parseManifest(manifest.build(), 2), rules)
}
const withdraw = (manifest: ManifestText, resource: string, text: string) =>
  manifest.call(own, 'withdraw', address(resource), amount(dec(text)))
const payNft = (manifest: ManifestText, compensation: ReturnType<ManifestText['take']>) =>
  manifest.call(
    market,
    'liquidate_nft',
    localId('#7#'),
    arrayOf('Bucket', []),
    address(nft),
    localId('#1#'),
    bucket(compensation),
  )
const openCdp = (manifest: ManifestText, fee: ReturnType<ManifestText['take']>) =>
  manifest.call(
    market,
    'create_cdp',
    bucket(fee),
    none,
    none,
    none,
    arrayOf('Bucket', []),
    arrayOf('Bucket', []),
    amountsByResource([]),
  )

describe('lets pass', () => {
  test.each<[string, (manifest: ManifestText) => unknown]>([
    ['spending exactly the caps', (m) => withdraw(withdraw(m, xrd, '400'), xrd, '600')],
    ['tokens of the worth of the cap', (m) => withdraw(withdraw(m, xrd, '200'), usdc, '2')],
    [
      'redeeming deposit units, which the pool calls withdraw',
      (m) => m.call(pool, 'withdraw', arrayOf('Bucket', [bucket(m.takeAll(usdc))])),
    ],
    ['compensation up to its cap', (m) => payNft(m, m.take(xrd, dec('500')))],
    ['a new CDP that pays no fee', (m) => openCdp(m, m.take(xrd, Decimal.ZERO))],
  ])('%s', (_, write) => {
    expect(check(write)).not.toThrow()
  })
})

describe('refuses', () => {
  test.each<[string, (manifest: ManifestText) => unknown, string]>([
    ['a fee above its cap', (m) => m, 'locks 10.000000000000000001 XRD'],
    ['a second fee', (m) => m.call(own, 'lock_fee', amount(Decimal.ONE)), 'second fee'],
    ['more XRD than the cap in one call', (m) => withdraw(m, xrd, '1000.000000000000000001'), 'the cap is 1000'],
    ['more XRD than the cap in two calls', (m) => withdraw(withdraw(m, xrd, '999'), xrd, '2'), 'withdrawn to 1001'],
    [
      'tokens worth more than the cap, at the highest vouched for',
      (m) => withdraw(m, usdc, '2.6'),
      'withdrawn to 1040 XRD',
    ],
    [
      'tokens that bring the sum above the cap',
      (m) => withdraw(withdraw(m, xrd, '500'), usdc, '2'),
      'withdrawn to 1300',
    ],
    ['a token whose price nobody vouches for', (m) => withdraw(m, hug, '1'), 'nobody vouches for'],
    ['compensation above its cap', (m) => payNft(m, m.take(xrd, dec('500.1'))), 'the cap is 500'],
    [
      'compensation above its cap in two calls',
      (m) => payNft(payNft(m, m.take(xrd, dec('300'))), m.take(xrd, dec('300'))),
      'compensation to 600',
    ],
    ['all XRD as compensation', (m) => payNft(m, m.takeAll(xrd)), 'no exact amount of XRD'],
    ['another resource as compensation', (m) => payNft(m, m.take(usdc, Decimal.ONE)), 'no exact amount of XRD'],
    ['a fee for a new CDP', (m) => openCdp(m, m.take(xrd, dec('1'))), 'fee for a new CDP'],
    ['all XRD as the fee for a new CDP', (m) => openCdp(m, m.takeAll(xrd)), 'fee for a new CDP'],
  ])('%s', (name, write, message) => {
    const run = check(write, name === 'a fee above its cap' ? '10.000000000000000001' : '10')
    expect(run).toThrow(ManifestRefusedError)
    expect(run).toThrow(message)
  })

  test('a manifest without a fee', () => {
    expect(check((m) => m, '')).toThrow('locks no fee')
  })
})

/** Written on its own from the rules: adds up the text, not the parsed instructions. */
test('whatever passes withdraws no more than the cap', () => {
  const amounts = fc.array(fc.integer({ min: 0, max: 6_000 }), { maxLength: 5 })
  let passed = 0
  fc.assert(
    fc.property(amounts, (tenths) => {
      const run = check((manifest) => {
        for (const each of tenths) withdraw(manifest, xrd, `${each / 10}`)
      })
      if (tenths.reduce((sum, each) => sum + each, 0) <= 10_000) {
        passed += 1
        expect(run).not.toThrow()
      } else expect(run).toThrow(ManifestRefusedError)
    }),
    { numRuns: 300 },
  )
  expect(passed).toBeGreaterThan(20)
})
