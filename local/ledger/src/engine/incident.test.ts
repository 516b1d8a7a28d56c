import { Decimal } from '@weft/domain/decimal'
import { beforeAll, expect, test } from 'vitest'
import { STORES } from './addressbook.ts'
import { createLedger } from './ledger.ts'
import { instantLedger } from './testing/ledgers.ts'
import { Operator } from './testing/operator.ts'

let operator: Operator
beforeAll(async () => {
  operator = await Operator.named('incident')
})

test('replays 30 August 2026: a price ×10⁷, collateral by flash operation, bad debt', async () => {
  const ledger = await instantLedger({ cdps: 200, genesis: { utilisation: { XRD: '0.5', LSULP: '0.5' } } })
  ledger.control.setService({ component: 'collateral', service: 'Add', resource: 'HUG', enabled: false })
  const normal = ledger.control.summary()
  const collaterals = { HUG: '539703.171057886068001932' }
  const loans = { LSULP: '500000', XRD: '100000' }
  expect(() => ledger.control.openCdp({ collaterals, loans })).toThrow(/ServiceDisabled/)
  expect(() => ledger.control.exploitPrice({ collaterals, loans })).toThrow(/CDPUnhealthy/)

  ledger.control.setPrices({ HUG: '1275.05' }, { feedOnly: true })
  const id = ledger.control.exploitPrice({ collaterals, loans, takeBack: { HUG: '539000' } })
  // At the wrong price the CDP is even healthy; at the right one nothing can be recovered.
  ledger.control.setPrices({ HUG: '0.000127565' })
  expect(ledger.control.liquidatable()).toContain(id)
  expect(ledger.control.liquidationLtv(id).gt(Decimal.parse('1000000'))).toBe(true)
  expect(ledger.control.summary().cdps).toBe(normal.cdps + 1)
})

test('keeps the DEX at the outside price when only the feed is wrong', async () => {
  const ledger = await instantLedger({ cdps: 0 })
  const { HUG = '' } = ledger.addresses.tokens
  const spot = () => {
    const at = ledger.tip().stateVersion
    const key = ledger
      .keyValueStoreKeys(STORES.dexPools, at, 0, 100)
      .entries.find((entry) => entry.key.kind === 'Reference' && entry.key.value === HUG)
    const pool = key && ledger.keyValueStoreEntry(STORES.dexPools, key.keyHex, at)?.value
    if (pool?.kind !== 'Tuple') throw new Error('no pool')
    const [tokens, xrd] = pool.fields.map((field) => (field.kind === 'Decimal' ? Number(field.value) : 0))
    return (xrd ?? 0) / (tokens ?? 1)
  }
  const before = spot()
  ledger.control.setPrices({ HUG: '1275' }, { feedOnly: true })
  expect(spot()).toBe(before)
  ledger.control.setPrices({ HUG: '0.0002' })
  expect(spot()).toBeGreaterThan(0.000199)
  expect(spot()).toBeLessThan(0.000201)
})

test('judges a CDP by the configuration it recorded until that has expired', async () => {
  const ledger = await instantLedger({
    genesis: { cdps: [{ collaterals: { HUG: '1000000000' }, loans: { XRD: '30000' } }] },
  })
  const before = ledger.control.liquidationLtv('#1#')
  expect(before.lt(Decimal.ONE)).toBe(true)
  ledger.control.updateCollateralConfig(4, { loanToValue: '0.1', thresholdSpread: '0.05', bonusRate: '0.1' }, 3600)
  expect(ledger.control.liquidationLtv('#1#').eq(before)).toBe(true)
  // A round lasts a second: at the expiration time itself the former version is over.
  ledger.control.advanceTime(3_538_000)
  ledger.control.advanceRound()
  expect(ledger.control.liquidationLtv('#1#').eq(before)).toBe(true)
  ledger.control.advanceTime(60_000)
  ledger.control.advanceRound()
  expect(ledger.control.liquidationLtv('#1#').gt(Decimal.ONE)).toBe(true)
  expect(ledger.control.liquidatable()).toEqual(['#1#'])
})

test('pays the owner of an NFT that is worth more than may be repaid', async () => {
  const ledger = await instantLedger({
    genesis: {
      prices: { xUSDC: '100' },
      cdps: [{ claims: [{ validator: 'validator-1', lsuAmount: '10000' }], loans: { xUSDC: '110' } }],
    },
  })
  ledger.control.fundAccount(operator.account, { XRD: '20000', xUSDC: '60' })
  const [validator] = ledger.addresses.validators
  const claim = ledger.nonFungibleIds(validator?.claimNft ?? '', ledger.tip().stateVersion, 0, 1).ids[0]
  const { market, tokens, xrd } = ledger.addresses
  const manifest = (compensation: string) => `${operator.lockFee()}
CALL_METHOD Address("${operator.account}") "withdraw" Address("${tokens.xUSDC}") Decimal("60");
CALL_METHOD Address("${operator.account}") "withdraw" Address("${xrd}") Decimal("${compensation}");
TAKE_ALL_FROM_WORKTOP Address("${tokens.xUSDC}") Bucket("payment");
TAKE_ALL_FROM_WORKTOP Address("${xrd}") Bucket("compensation");
CALL_METHOD Address("${market}") "liquidate_nft" NonFungibleLocalId("#1#") Array<Bucket>(Bucket("payment")) Address("${validator?.claimNft}") NonFungibleLocalId("${claim}") Bucket("compensation");
${operator.depositAll()}`
  const short = ledger.transactionByIntent(await operator.send(ledger, manifest('100')))
  expect(short?.errorMessage).toMatch(/CompensationNotEnough/)

  const committed = ledger.transactionByIntent(await operator.send(ledger, manifest('10000')))
  expect(committed?.errorMessage).toBeUndefined()
  // Of 12 240 ÷ 1.07 XRD, half of 11 000 XRD of debt is paid as debt, 1.4 % of that is the fee, the rest is the owner's.
  const compensation = 12_240 / 1.07 - 5_500 * 1.014
  const gained = committed?.fungibleChanges.find((each) => each.entity === market && each.resource === xrd)?.change
  expect(Number(gained)).toBeCloseTo(compensation + 5_500 * 0.014, 1)
  expect(committed?.nonFungibleChanges).toContainEqual({
    entity: operator.account,
    resource: validator?.claimNft,
    added: [claim],
    removed: [],
  })
})

test('lets a liquidity receipt be seized and redeemed', async () => {
  const ledger = await createLedger({
    seed: 11,
    cdps: 12,
    roundMs: 0,
    commitDelayMs: { min: 0, max: 0 },
    genesis: { priceDebounceSeconds: 0, collateralKinds: ['registered-nft'] },
  })
  ledger.control.setPrices({ xUSDC: '1000', xUSDT: '1000', hUSDC: '1000', xETH: '4000000', xwBTC: '99000000' })
  ledger.control.setPrices({ xUSDC: '1' })
  const [id] = ledger.control.liquidatable()
  expect(id).toBeDefined()
  const { market, dex, liquidityReceipt, cdpResource, tokens } = ledger.addresses
  const data = ledger.nonFungible(cdpResource, id ?? '', ledger.tip().stateVersion)?.data
  const text = JSON.stringify(data, (_key, value) => (typeof value === 'bigint' ? String(value) : value))
  const receipt = /\{[0-9a-f]{16}-[0-9a-f-]+\}/.exec(text)?.[0]
  const loan = Object.values(tokens).find(
    (each) => text.indexOf(each) > 0 && text.indexOf(each) < text.indexOf('"collaterals"'),
  )
  ledger.control.fundAccount(operator.account, { XRD: '1000000', [loan ?? '']: '10000' })
  const committed = ledger.transactionByIntent(
    await operator.send(
      ledger,
      `${operator.lockFee()}
CALL_METHOD Address("${operator.account}") "withdraw" Address("${loan}") Decimal("10000");
TAKE_ALL_FROM_WORKTOP Address("${loan}") Bucket("payment");
CALL_METHOD Address("${operator.account}") "withdraw" Address("${tokens.XRD}") Decimal("900000");
TAKE_ALL_FROM_WORKTOP Address("${tokens.XRD}") Bucket("compensation");
CALL_METHOD Address("${market}") "liquidate_nft" NonFungibleLocalId("${id}") Array<Bucket>(Bucket("payment")) Address("${liquidityReceipt}") NonFungibleLocalId("${receipt}") Bucket("compensation");
TAKE_ALL_FROM_WORKTOP Address("${liquidityReceipt}") Bucket("receipt");
CALL_METHOD Address("${dex}") "remove_liquidity" Bucket("receipt");
${operator.depositAll()}`,
    ),
  )
  expect(committed?.errorMessage).toBeUndefined()
  expect(committed?.events.map(({ name }) => name)).toContain('CDPRemoveNFTCollateralForLiquidation')
})
