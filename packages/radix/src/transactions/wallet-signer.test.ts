import { inspect } from 'node:util'
import {
  type AccountAddress,
  ComponentAddress,
  ManifestRefusedError,
  ResourceAddress,
  WithdrawalCapError,
} from '@weft/domain'
import { Decimal } from '@weft/domain/decimal'
import { beforeAll, describe, expect, test } from 'vitest'
import { context, lsu } from '../../test/stokenet-samples.ts'
import { ManifestText } from '../manifest/manifest-text.ts'
import { address, amount, bucket, entireWorktop } from '../manifest/manifest-value.ts'
import { accountKeyFromSeedPhrase } from './account-key.ts'
import { EngineToolkit } from './engine-toolkit.ts'
import { buildLiquidationManifest } from './liquidation-manifest.ts'
import { WalletSigner } from './wallet-signer.ts'

const component = (text: string) => ComponentAddress.parse(`component_tdx_2_1${text}`)
const market = component('czjla2sp8uamjaex0mtt65xtztyhtyk02wv0lxntz90qtst6w0kf57')
const pool = component('crrha0f0s7gayclln3f2s4xmpz3ja5lph2prmavkdsfwc05sun0t8t')
const dex = component('crgmz63jqnkzuwq3trghh9tlgtqnr3uyt7c006sfcw6xdr0c2q8tng')
const elsewhere = component('cpurujt0rc0szwkt9mw6v3mplq0989jcc85lkd2qlpntk6q4gsfmty')
const stranger = 'account_tdx_2_128cplhpppm0295zxf9507tlng8zf539jv9rc2pmaymkft36qpt7slj'
const xrd = 'resource_tdx_2_1tknxxxxxxxxxradxrdxxxxxxxxx009923554798xxxxxxxxxtfd2jc'
const usdc = 'resource_tdx_2_1tk903dr7agsg65v8h8he6kdhwlsctedxq0fuec0aufagr2xeyhs5ur'
const XRD = ResourceAddress.parse(xrd)
const caps = {
  maxWithdrawnXrd: Decimal.parse('1000'),
  maxLockFeeXrd: Decimal.parse('10'),
  maxCompensationXrd: Decimal.parse('500'),
}
const validator = 'validator_tdx_2_1s0l6946a2kx33vjmuuh3qrax3ueauznd2fc3d69md2exx29rcnjmnj'
const key = accountKeyFromSeedPhrase(`${'zoo '.repeat(23)}vote`, 2, 0)
const options = {
  key,
  networkId: 2,
  targets: { market, pool, venues: [dex] },
  xrd: XRD,
  caps,
  maxSlippage: Decimal.parse('0.03'),
  vouched: async () => (resource: ResourceAddress) =>
    resource === XRD
      ? { lowestXrd: Decimal.ONE, highestXrd: Decimal.ONE }
      : { lowestXrd: Decimal.parse('0.9'), highestXrd: Decimal.ONE },
  closedAtMs: async () => 1_700_000_000_000,
  book: async () => undefined,
}
const window = { startEpochInclusive: 250_000, endEpochExclusive: 250_002 }

let signer: WalletSigner
let own: AccountAddress
beforeAll(async () => {
  signer = await WalletSigner.create(options)
  own = signer.account
})

/** A harmless frame around what a test adds. */
function manifestWith(add: (manifest: ManifestText) => void): string {
  const manifest = new ManifestText(2).call(own, 'lock_fee', amount(Decimal.parse('10')))
  add(manifest)
  return manifest.call(own, 'deposit_batch', entireWorktop).build()
}

const harmless = () =>
  manifestWith((manifest) => {
    manifest.call(own, 'withdraw', address(xrd), amount(Decimal.ONE))
    const parked = manifest.takeAll(usdc)
    manifest.call(dex, 'swap', bucket(manifest.takeAll(xrd)), address(usdc))
    manifest.assertWorktopContains(usdc, Decimal.ONE)
    manifest.returnToWorktop(parked)
    manifest.call(validator, 'unstake', bucket(manifest.takeAll(xrd)))
  })

test('signs what the engine will accept, and says which intent and until when', async () => {
  const signed = await signer.sign(harmless(), window)
  expect(signed).toMatchObject({ ...window, manifest: harmless() })
  expect(signed.intentHash).toMatch(/^txid_tdx_2_1/)
  const toolkit = await EngineToolkit.load()
  expect(toolkit.instructionsOf(signed.payloadHex)).toHaveLength(10)
})

test('the intent hash and bytes follow from manifest, window, nonce and key alone', async () => {
  const fixed = await WalletSigner.create({ ...options, nonce: () => 1234567 })
  const [one, other] = [await fixed.sign(harmless(), window), await fixed.sign(harmless(), window)]
  expect(one).toEqual(other)
})

test('a new intent each time', async () => {
  const hashes = await Promise.all(Array.from({ length: 5 }, () => signer.sign(harmless(), window)))
  expect(new Set(hashes.map((signed) => signed.intentHash)).size).toBe(5)
})

test('books what it signs to be withdrawn before it signs, and nothing for what it refuses', async () => {
  const booked: string[] = []
  const booking = await WalletSigner.create({ ...options, book: async (value) => void booked.push(value.toString()) })
  await booking.sign(harmless(), window)
  expect(booked).toEqual(['1'])
  const dear = manifestWith((manifest) => manifest.call(own, 'withdraw', address(xrd), amount(Decimal.parse('1001'))))
  await expect(booking.sign(dear, window)).rejects.toThrow(ManifestRefusedError)
  await booking.sign(
    manifestWith(() => undefined),
    window,
  )
  expect(booked).toEqual(['1'])
})

test('signs nothing that cannot be booked', async () => {
  const book = async () => {
    throw new WithdrawalCapError('990', '20', '1000')
  }
  const used = await WalletSigner.create({ ...options, book })
  await expect(used.sign(harmless(), window)).rejects.toThrow(WithdrawalCapError)
})

describe('refuses to sign', () => {
  test.each<[string, (manifest: ManifestText) => void]>([
    ['a deposit into another account', (manifest) => manifest.call(stranger, 'deposit', bucket(manifest.takeAll(xrd)))],
    [
      'a deposit by try_deposit_or_abort',
      (manifest) => manifest.call(stranger, 'try_deposit_batch_or_abort', entireWorktop),
    ],
    [
      'a swap at an unknown venue',
      (manifest) => manifest.call(elsewhere, 'swap', bucket(manifest.takeAll(xrd)), address(xrd)),
    ],
    ['another method of the pool', (manifest) => manifest.call(pool, 'deposit', bucket(manifest.takeAll(xrd)))],
    ['another method of the own account', (manifest) => manifest.call(own, 'securify')],
    ['a stake with a validator', (manifest) => manifest.call(validator, 'stake', bucket(manifest.takeAll(xrd)))],
  ])('%s', async (_, add) => {
    await expect(signer.sign(manifestWith(add), window)).rejects.toBeInstanceOf(ManifestRefusedError)
  })

  test('instructions that a liquidation does not need', async () => {
    const burn = `${harmless().replace(/CALL_METHOD[^;]*"deposit_batch"[^;]*;\n$/, '')}TAKE_ALL_FROM_WORKTOP Address("${xrd}") Bucket("burned"); BURN_RESOURCE Bucket("burned");\nCALL_METHOD Address("${own}") "deposit_batch" Expression("ENTIRE_WORKTOP");`
    await expect(signer.sign(burn, window)).rejects.toThrow('BurnResource has no place in a liquidation')
  })

  test('a manifest that leaves the worktop full or deposits only a part', async () => {
    const open = harmless().replace(/CALL_METHOD[^;]*"deposit_batch"[^;]*;\n$/, '')
    await expect(signer.sign(open, window)).rejects.toThrow('must deposit the entire worktop')
    const part = `${open}TAKE_ALL_FROM_WORKTOP Address("${xrd}") Bucket("b"); CALL_METHOD Address("${own}") "deposit_batch" Array<Bucket>(Bucket("b"));`
    await expect(signer.sign(part, window)).rejects.toThrow('must deposit the entire worktop')
  })

  test('a mainnet address on stokenet', async () => {
    const mixed = harmless().replace(own, 'account_rdx12995u6eueux9mxxnasvsrw4rykg704epl0w67r82nuzd9u9vfn9usz')
    await expect(signer.sign(mixed, window)).rejects.toThrow('does not parse for network 2')
  })

  test.each([
    [5, 5],
    [5, 4],
    [5, 5 + 8_641],
  ])('an epoch window from %i to before %i', async (start, end) => {
    const impossible = { startEpochInclusive: start, endEpochExclusive: end }
    await expect(signer.sign(harmless(), impossible)).rejects.toThrow(`from epoch ${start} to before ${end}`)
  })
})

test('nothing that shows the signer shows its key', () => {
  const phraseOrKey = /zoo|vote|privateKey|302e0201/
  expect(inspect(signer, { depth: 8, showHidden: true })).not.toMatch(phraseOrKey)
  expect(JSON.stringify(signer)).not.toMatch(phraseOrKey)
})

/** The vector's manifest is Weft's LSU sample, whose account is not ours: the toolkit notarises it, the signer would refuse. */
test('the known intent hash of the LSU sample', async () => {
  const toolkit = await EngineToolkit.load()
  const manifest = buildLiquidationManifest(lsu, context)
  const header = {
    networkId: 2,
    startEpochInclusive: 250_000,
    endEpochExclusive: 250_010,
    nonce: 1_234_567,
    notaryPublicKeyHex: key.publicKeyHex,
  }
  const { intentHash, payloadHex } = toolkit.notarise(header, manifest, (hash) => key.sign(hash))
  expect(intentHash).toBe('txid_tdx_2_1px85n8fvm75dnsc795g9kup3k58c6325sep0n7pafqqmqdd4zn7qc5z4rd')
  expect(payloadHex.length / 2).toBe(1222)
  await expect(signer.sign(manifest, window)).rejects.toBeInstanceOf(ManifestRefusedError)
})
