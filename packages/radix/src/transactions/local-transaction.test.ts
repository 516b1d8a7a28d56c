import { ComponentAddress, cdpIdOf, ResourceAddress } from '@weft/domain'
import { Decimal } from '@weft/domain/decimal'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type LocalMarket, startLocalMarket } from '../../test/local-market.ts'
import { GatewayTip } from '../tip/gateway-tip.ts'
import { accountKeyFromSeedPhrase } from './account-key.ts'
import { buildLiquidationManifest } from './liquidation-manifest.ts'
import { WalletSigner } from './wallet-signer.ts'

let local: LocalMarket
let tip: GatewayTip
let signer: WalletSigner
afterEach(() => local.close())

const seedPhrase = `${'zoo '.repeat(23)}vote`
const resourceOf = (symbol: string) => ResourceAddress.parse(local.ledger.addresses.tokens[symbol])

async function start(): Promise<void> {
  local = await startLocalMarket({
    cdps: 0,
    commitDelayMs: { min: 0, max: 0 },
    genesis: { cdps: [{ collaterals: { HUG: '40000000' }, loans: { xUSDC: '6' } }] },
  })
  tip = new GatewayTip(local.client, local.network)
  const { market, pool } = local.network.addresses
  const venues = [ComponentAddress.parse(local.ledger.addresses.dex)]
  const key = accountKeyFromSeedPhrase(seedPhrase, local.network.networkId, 0)
  signer = await WalletSigner.create({
    key,
    networkId: local.network.networkId,
    targets: { market, pool, venues },
    xrd: local.network.addresses.xrd,
    caps: { maxWithdrawnXrd: Decimal.ZERO, maxLockFeeXrd: Decimal.parse('10'), maxCompensationXrd: Decimal.ZERO },
    maxSlippage: Decimal.parse('0.03'),
    vouched: async () => () => undefined,
    closedAtMs: async () => 1_700_000_000_000,
    book: async () => undefined,
  })
  local.ledger.control.fundAccount(signer.account, { XRD: '1000' })
}
beforeEach(start)

/** Liquidates `#1#` with a flash loan of 2 xUSDC, selling the seized HUG. */
function liquidation(): string {
  const [xusdc, hug] = [resourceOf('xUSDC'), resourceOf('HUG')]
  const component = ComponentAddress.parse(local.ledger.addresses.dex)
  return buildLiquidationManifest(
    [
      { kind: 'flash-loan', resource: xusdc, amount: Decimal.parse('2') },
      { kind: 'liquidate', cdpId: cdpIdOf(1), payments: [xusdc], collaterals: [hug] },
      { kind: 'swap', component, from: hug, to: xusdc, amount: 'all', atLeast: Decimal.parse('2.002') },
      { kind: 'assert-at-least', resource: xusdc, amount: Decimal.parse('2.002') },
      {
        kind: 'repay-flash-loan',
        resource: xusdc,
        term: ResourceAddress.parse(local.ledger.addresses.loanTermResource),
      },
    ],
    {
      networkId: local.network.networkId,
      account: signer.account,
      lockFeeXrd: Decimal.parse('5'),
      addresses: local.network.addresses,
    },
  )
}

async function windowNow() {
  const { epoch } = await tip.syncPoint()
  return { startEpochInclusive: epoch, endEpochExclusive: epoch + 2 }
}

describe('a liquidation', () => {
  test('previews, signs, commits, and the receipt says what the preview promised', async () => {
    local.ledger.control.setPrices({ HUG: '0.00008' })
    local.ledger.control.advanceTime(900_000)
    local.ledger.control.advanceRound()
    expect(local.ledger.control.liquidatable()).toContain('#1#')
    const manifest = liquidation()
    const preview = await tip.preview(manifest)
    if (preview.kind !== 'succeeded') throw new Error(preview.error)
    const signed = await signer.sign(manifest, await windowNow())
    expect(await tip.fate(signed.intentHash)).toMatchObject({ fate: { kind: 'unknown' } })
    expect(await tip.submit(signed)).toEqual({ kind: 'accepted', duplicate: false })
    const { fate } = await tip.fate(signed.intentHash)
    expect(fate).toMatchObject({ kind: 'committed' })
    expect(await tip.submit(signed)).toEqual({ kind: 'accepted', duplicate: true })
    const receipt = await tip.committed(signed.intentHash)
    expect(receipt).toMatchObject({ success: true, feeXrd: preview.feeXrd })
    const own = (changes: typeof receipt.changes) => changes.filter(({ entity }) => entity === signer.account)
    expect(own(receipt.changes)).toEqual(own(preview.changes))
    expect(own(receipt.changes)).toMatchObject([{ resource: resourceOf('xUSDC') }])
    expect(local.ledger.control.summary()).toMatchObject({
      duplicateIntents: 0,
      liquidations: [{ cdpId: '#1#', transactionId: signed.intentHash, by: signer.account }],
    })
    const balances = await tip.balances(signer.account)
    expect(balances.get(resourceOf('XRD'))).toEqual(Decimal.parse('1000').minus(receipt.feeXrd))
  })

  test('of a healthy CDP fails in the preview, and as a committed failure costs only the fee', async () => {
    expect(await tip.preview(liquidation())).toMatchObject({ kind: 'failed' })
    const signed = await signer.sign(liquidation(), await windowNow())
    await tip.submit(signed)
    const { fate } = await tip.fate(signed.intentHash)
    expect(fate).toMatchObject({ kind: 'committed-failure' })
    const receipt = await tip.committed(signed.intentHash)
    expect(receipt).toMatchObject({ success: false, changes: [] })
  })
})

describe('a submission that gets lost', () => {
  test('stays pending whatever is resubmitted, and dies with its epoch window; only then a new intent commits', async () => {
    local.ledger.control.setPrices({ HUG: '0.00008' })
    local.ledger.control.advanceTime(900_000)
    local.ledger.control.advanceRound()
    local.ledger.control.setMempoolFault({ loseProbability: 1 })
    const lost = await signer.sign(liquidation(), await windowNow())
    await tip.submit(lost)
    local.ledger.control.setMempoolFault({})
    expect(await tip.submit(lost)).toEqual({ kind: 'accepted', duplicate: true })
    expect((await tip.fate(lost.intentHash)).fate).toMatchObject({ kind: 'pending' })

    for (let epoch = 0; epoch < 2; epoch++) {
      local.ledger.control.advanceTime(300_000)
      local.ledger.control.advanceRound()
    }
    const dead = await tip.fate(lost.intentHash)
    expect(dead.epoch).toBeGreaterThanOrEqual(lost.endEpochExclusive)
    expect(dead.fate).toMatchObject({ kind: 'permanently-rejected' })
    expect(await tip.submit(lost)).toMatchObject({ kind: 'refused' })

    const next = await signer.sign(liquidation(), await windowNow())
    await tip.submit(next)
    expect((await tip.fate(next.intentHash)).fate).toMatchObject({ kind: 'committed' })
    expect(local.ledger.control.summary()).toMatchObject({ duplicateIntents: 0, liquidations: [{ cdpId: '#1#' }] })
  })
})

test('what the ledger would do, the guard refuses: a transfer to another account', async () => {
  const steal = `CALL_METHOD Address("${signer.account}") "lock_fee" Decimal("5");
CALL_METHOD Address("${signer.account}") "withdraw" Address("${resourceOf('XRD')}") Decimal("900");
CALL_METHOD Address("${local.ledger.addresses.competitorAccount}") "try_deposit_batch_or_abort" Expression("ENTIRE_WORKTOP") Enum<0u8>();
CALL_METHOD Address("${signer.account}") "deposit_batch" Expression("ENTIRE_WORKTOP");`
  expect(await tip.preview(steal)).toMatchObject({ kind: 'succeeded' })
  await expect(signer.sign(steal, await windowNow())).rejects.toMatchObject({ name: 'ManifestRefusedError' })
})
