import { ManifestRefusedError, ResourceAddress } from '@weft/domain'
import { Decimal } from '@weft/domain/decimal'
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
  some,
} from '../manifest/manifest-value.ts'
import { EngineToolkit } from './engine-toolkit.ts'
import { refuseLowFloors } from './floor-guard.ts'

const own = 'account_tdx_2_16yll6clntk9za0wvrw0nat848uazduyqy635m8ms77md99q7yf9fzg'
const market = 'component_tdx_2_1czjla2sp8uamjaex0mtt65xtztyhtyk02wv0lxntz90qtst6w0kf57'
const pool = 'component_tdx_2_1crrha0f0s7gayclln3f2s4xmpz3ja5lph2prmavkdsfwc05sun0t8t'
const dex = 'component_tdx_2_1crgmz63jqnkzuwq3trghh9tlgtqnr3uyt7c006sfcw6xdr0c2q8tng'
const xrd = 'resource_tdx_2_1tknxxxxxxxxxradxrdxxxxxxxxx009923554798xxxxxxxxxtfd2jc'
const usdc = 'resource_tdx_2_1tk903dr7agsg65v8h8he6kdhwlsctedxq0fuec0aufagr2xeyhs5ur'
const hug = 'resource_tdx_2_1thf8h2npjhfp8jeqc4tq20yxm4j3cnwd0urpg0dsg2cy56yjn0n388'
const unknown = 'resource_tdx_2_1tkenhqw8aq05fm7m50ckg6f7whsfw8l2kqs0hprx8dncxmefv9lf2w'
const term = 'resource_tdx_2_1n2507ke7qsjggtwqwe6cghep669wlcrvv3t7gxvmxy75lms8ezza7d'
const dec = (text: string) => Decimal.parse(text)

/** xUSDC is worth 320 to 500 XRD, HUG 0.01 to 0.02; nobody vouches for anything else. */
const RANGES = new Map([
  [xrd, { lowestXrd: dec('1'), highestXrd: dec('1') }],
  [usdc, { lowestXrd: dec('320'), highestXrd: dec('500') }],
  [hug, { lowestXrd: dec('0.01'), highestXrd: dec('0.02') }],
])
const rules = {
  xrd: ResourceAddress.parse(xrd),
  maxSlippage: dec('0.1'),
  vouched: (resource: ResourceAddress) => RANGES.get(resource),
}

let toolkit: EngineToolkit
beforeAll(async () => {
  toolkit = await EngineToolkit.load()
})

type Write = (manifest: ManifestText) => unknown

const checked = (write: Write) => () => {
  const manifest = new ManifestText(2)
  write(manifest)
  manifest.call(own, 'deposit_batch', entireWorktop)
  refuseLowFloors(toolkit.parseManifest(manifest.build(), 2), rules)
}
const withdraw = (m: ManifestText, resource: string, text: string) =>
  m.call(own, 'withdraw', address(resource), amount(dec(text)))
const lend = (m: ManifestText, resource: string, text: string) =>
  m.call(pool, 'take_flash_loan', amountsByResource([[ResourceAddress.parse(resource), dec(text)]]))
const repay = (m: ManifestText, resource: string) =>
  m.call(pool, 'repay_flash_loan', arrayOf('Bucket', [bucket(m.takeAll(resource))]), bucket(m.takeAll(term)))
const seize = (m: ManifestText, paying: string, ...collaterals: string[]) =>
  m.call(
    market,
    'liquidate',
    localId('#7#'),
    arrayOf('Bucket', [bucket(m.takeAll(paying))]),
    some(arrayOf('Address', collaterals.map(address))),
  )
/** The one shape in which a swap may stand. */
const swap = (m: ManifestText, from: string, to: string, floor: string, sold?: string) => {
  const parked = m.takeAll(to)
  const taken = sold === undefined ? m.takeAll(from) : m.take(from, dec(sold))
  return m.call(dex, 'swap', bucket(taken), address(to)).assertWorktopContains(to, dec(floor)).returnToWorktop(parked)
}

describe('lets pass', () => {
  test.each<[string, Write]>([
    // 1000 / 500 less a tenth.
    ['own XRD sold at the least that vouched prices allow', (m) => swap(withdraw(m, xrd, '1000'), xrd, usdc, '1.8')],
    ['own tokens sold for XRD', (m) => swap(withdraw(m, usdc, '1'), usdc, xrd, '288')],
    [
      'a seizure sold for the resource that was paid, whose price need not be known',
      (m) =>
        repay(
          swap(seize(lend(m, unknown, '100'), unknown, hug), hug, unknown, '85').assertWorktopContains(
            unknown,
            dec('100.05'),
          ),
          unknown,
        ),
    ],
    [
      'a seizure of which a part is kept that makes up for what the sale leaves open',
      (m) =>
        swap(seize(withdraw(m, xrd, '1000'), xrd, hug, usdc).assertWorktopContains(usdc, dec('1')), hug, xrd, '400'),
    ],
    [
      'compensation set aside during the swap',
      (m) => {
        const compensation = withdraw(m, xrd, '1100').take(ResourceAddress.parse(xrd), dec('100'))
        return swap(m, xrd, usdc, '1.8').call(market, 'liquidate_nft', bucket(compensation))
      },
    ],
    ['a liquidation that sells nothing, whatever it keeps', (m) => seize(withdraw(m, usdc, '5'), usdc, unknown)],
  ])('%s', (_, write) => {
    expect(checked(write)).not.toThrow()
  })
})

describe('refuses', () => {
  test.each<[string, Write, string]>([
    [
      'own XRD sold below what vouched prices allow: the floor of a Gateway that shows tokens ten times as dear',
      (m) => swap(withdraw(m, xrd, '1000'), xrd, usdc, '0.23'),
      'at least 1.8 is due',
    ],
    [
      'an atto less than is due',
      (m) => swap(withdraw(m, xrd, '1000'), xrd, usdc, '1.799999999999999999'),
      'at least 1.8 is due',
    ],
    [
      'a floor of 0, also where what is asserted in the end would do',
      (m) => swap(seize(withdraw(m, xrd, '1000'), xrd, hug), hug, xrd, '0').assertWorktopContains(xrd, dec('1000')),
      'its floor is 0',
    ],
    [
      'own funds sold for what nobody vouches for',
      (m) => swap(withdraw(m, xrd, '1'), xrd, unknown, '9'),
      'nobody vouches',
    ],
    ['own funds that nobody vouches for', (m) => swap(withdraw(m, unknown, '1'), unknown, xrd, '9'), 'nobody vouches'],
    [
      'borrowed XRD sold too cheaply',
      (m) =>
        swap(
          m.call(
            market,
            'create_cdp',
            bucket(m.take(ResourceAddress.parse(xrd), Decimal.ZERO)),
            none,
            none,
            none,
            arrayOf('Bucket', []),
            arrayOf('Bucket', []),
            amountsByResource([[ResourceAddress.parse(xrd), dec('1000')]]),
          ),
          xrd,
          usdc,
          '1',
        ),
      'at least 1.8 is due',
    ],
    [
      'a seizure sold for less than was paid for it',
      (m) => swap(seize(lend(m, usdc, '100'), usdc, hug), hug, usdc, '89'),
      'falls short of what it puts in by 320 XRD',
    ],
    [
      'a seizure whose kept part would have to be worth more than anybody vouches for',
      (m) =>
        swap(
          seize(withdraw(m, xrd, '1000'), xrd, hug, unknown).assertWorktopContains(unknown, dec('9')),
          hug,
          xrd,
          '400',
        ),
      'falls short of what it puts in by 500 XRD',
    ],
    [
      'what was asserted before it was paid away',
      (m) =>
        swap(
          seize(
            seize(withdraw(withdraw(m, usdc, '3'), xrd, '1000'), xrd, hug).assertWorktopContains(usdc, dec('3')),
            usdc,
            hug,
          ),
          hug,
          xrd,
          '800',
        ),
      'falls short',
    ],
    [
      'a call that does not name what it seizes',
      (m) => m.call(market, 'liquidate', localId('#7#'), arrayOf('Bucket', []), none),
      'does not name what it seizes',
    ],
    [
      'a swap without a parked rest: what lay there before would count for the floor',
      (m) =>
        withdraw(withdraw(m, usdc, '2'), xrd, '1000')
          .call(dex, 'swap', bucket(m.takeAll(xrd)), address(usdc))
          .assertWorktopContains(usdc, dec('1.8')),
      'must be parked',
    ],
    [
      'a parked bucket of another resource',
      (m) => {
        const parked = withdraw(m, xrd, '1000').takeAll(hug)
        m.call(dex, 'swap', bucket(m.takeAll(xrd)), address(usdc)).assertWorktopContains(usdc, dec('1.8'))
        return m.returnToWorktop(parked)
      },
      'must be parked',
    ],
    [
      'a parked bucket that returns before the floor',
      (m) => {
        const parked = withdraw(m, xrd, '1000').takeAll(usdc)
        m.call(dex, 'swap', bucket(m.takeAll(xrd)), address(usdc)).returnToWorktop(parked)
        return m.assertWorktopContains(usdc, dec('1.8'))
      },
      'has no floor',
    ],
    [
      'a floor of another resource',
      (m) => {
        const parked = withdraw(m, xrd, '1000').takeAll(usdc)
        m.call(dex, 'swap', bucket(m.takeAll(xrd)), address(usdc)).assertWorktopContains(hug, dec('9'))
        return m.returnToWorktop(parked)
      },
      'has no floor',
    ],
    [
      'another bucket open during the swap',
      (m) => {
        const open = withdraw(m, hug, '5').takeAll(hug)
        swap(withdraw(m, xrd, '1000'), xrd, usdc, '1.8')
        return m.returnToWorktop(open)
      },
      'another bucket is open',
    ],
    [
      'two buckets for one swap',
      (m) => {
        const parked = withdraw(m, xrd, '1000').takeAll(usdc)
        m.call(dex, 'swap', bucket(m.takeAll(xrd)), bucket(parked))
        return m.assertWorktopContains(usdc, dec('1.8'))
      },
      'takes one bucket',
    ],
    [
      'a third argument of a swap, which might be where the proceeds go',
      (m) => {
        const parked = withdraw(m, xrd, '1000').takeAll(usdc)
        m.call(dex, 'swap', bucket(m.takeAll(xrd)), address(usdc), address(dex))
        return m.assertWorktopContains(usdc, dec('1.8')).returnToWorktop(parked)
      },
      'takes one bucket',
    ],
    ['more than was put in', (m) => swap(withdraw(m, xrd, '1'), xrd, usdc, '9', '2'), 'sells more than was put in'],
    ['a resource for itself', (m) => swap(withdraw(m, xrd, '1'), xrd, xrd, '1'), 'for itself'],
  ])('%s', (_, write, message) => {
    expect(checked(write)).toThrow(ManifestRefusedError)
    expect(checked(write)).toThrow(message)
  })
})
