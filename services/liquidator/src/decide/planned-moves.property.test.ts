import { CdpId, Decimal, isLiquidatable, judgeHealth, type LiquidationPlan } from '@weft/domain'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestCloud, startTestMarket, type TestCloud, type TestMarket } from '../../test/market.ts'
import type { LiquidatorDeps } from '../deps.ts'
import { PolicySettings, policyOf } from '../policy.ts'
import { readAtTip } from '../reading/tip-reading.ts'
import { previewMatches } from './guards/preview-matches.ts'
import { planLiquidation } from './plan-liquidation.ts'

let cloud: TestCloud
beforeAll(async () => {
  cloud = await startTestCloud()
})
afterAll(() => cloud?.stop())

/** In XRD, as the local ledger has them before they move. */
const PRICES = { LSULP: 1.15, xUSDC: 225.5, xUSDT: 229.3, xwBTC: 25_371_681, xETH: 983_041, hUSDC: 212, hUSDT: 212.1 }

/** Debts and collaterals move against each other in every way. */
const moved = fc.tuple(...Object.keys(PRICES).map(() => fc.constantFrom(0.7, 1, 1.25, 1.6)))
const FEES_ONLY_XRD = 400
const drawing = fc.record({
  seed: fc.integer({ min: 1, max: 1_000_000 }),
  moved,
  /** What the operator has: XRD for fees alone, some of everything, or enough for anything. */
  walletXrd: fc.constantFrom(FEES_ONLY_XRD, 30_000, 50_000_000),
  lsuExit: fc.constantFrom('hold' as const, 'finance' as const, 'dex' as const),
  collateralKinds: fc.constantFrom(
    ['lsu'] as const,
    ['claim-nft'] as const,
    ['registered-nft'] as const,
    ['token', 'deposit-unit', 'lsu'] as const,
  ),
  maxCallsPerTransaction: fc.constantFrom(1, 4),
  /** Nearly everything of a pool may be lent out. */
  utilisation: fc.constantFrom('0.6', '0.9999'),
})

/** Every liquidatable CDP, planned and previewed. @returns one line on each plan: what it seizes, how it pays, where it goes. */
async function planAndPreview(market: TestMarket, deps: LiquidatorDeps): Promise<readonly string[]> {
  const shapes: string[] = []
  const balances = await deps.ledger.balances(deps.signer.account)
  for (const id of market.ledger.control.liquidatable()) {
    const look = await readAtTip(CdpId.parse(id), await deps.ledger.syncPoint(), 'exact', deps)
    if (look.kind !== 'read') throw new Error(`${id} is ${look.kind}`)
    const { reading } = look
    const judged = judgeHealth(reading.cdp, reading.market, reading.nfts)
    if (judged.kind !== 'judged') throw new Error(judged.why)
    expect(isLiquidatable(judged.health)).toBe(true)
    const verdict = await planLiquidation(reading, judged.health, balances, Decimal.ZERO, deps)
    if (verdict.kind !== 'planned') continue
    const preview = await deps.ledger.preview(deps.writeManifest(verdict.plan.steps))
    // Without any tolerance: to the last digit.
    const matched = previewMatches(verdict.plan, preview, deps.signer.account, Decimal.ZERO)
    expect({ plan: shapeOf(verdict.plan), matched: matched.kind === 'pass' || matched.outcome }).toMatchObject({
      matched: true,
    })
    shapes.push(shapeOf(verdict.plan))
  }
  return shapes
}

function shapeOf({ seizures, payment, steps, exit }: LiquidationPlan): string {
  const lent = payment.fromFlashLoan.isPositive()
  const funding = lent ? (payment.fromWallet.isPositive() ? 'mix' : 'flash-loan') : 'own'
  const opened = steps.some(({ kind }) => kind === 'open-cdp') ? ' financed' : ''
  const calls = steps.filter(({ kind }) => kind === 'liquidate').length
  const several = calls > 1 ? ' in several calls' : ''
  return `${seizures.map(({ shape }) => shape).join('+')} ${funding} ${exit}${opened}${several}`
}

test('collateral of the debt’s own resource, seized by one call, does not pay for the next', async () => {
  const market = await startTestMarket(cloud, { walletXrd: '50000000' })
  try {
    const { control } = market.ledger
    control.openCdp({ collaterals: { XRD: '8000', xUSDC: '40' }, loans: { XRD: '13000' } })
    control.setPrices({ xUSDC: '130' })
    const settings = { ...PolicySettings.parse({}), ownFundsShare: Decimal.ONE }
    const shapes = await planAndPreview(market, { ...market.deps, policy: policyOf(settings) })
    expect(shapes).toEqual(['token+token own dex in several calls'])
  } finally {
    await market.stop()
  }
})

test('whatever is planned, the ledger’s preview moves exactly the planned amounts', async () => {
  const seen = new Set<string>()
  await fc.assert(
    fc.asyncProperty(drawing, async ({ seed, moved, walletXrd, collateralKinds, utilisation, ...drawn }) => {
      const market = await startTestMarket(cloud, {
        ledger: {
          seed,
          cdps: 15,
          genesis: { collateralKinds, utilisation: { xUSDC: utilisation, XRD: utilisation, xETH: utilisation } },
        },
        walletXrd: String(walletXrd),
      })
      try {
        const funds = Object.entries(PRICES).map(([symbol, price]) => [symbol, (walletXrd / price / 100).toFixed(6)])
        if (walletXrd > FEES_ONLY_XRD)
          market.ledger.control.fundAccount(market.deps.signer.account, Object.fromEntries(funds))
        const prices = Object.entries(PRICES).map(([symbol, price], index) => [
          symbol,
          (price * (moved[index] ?? 1)).toFixed(6),
        ])
        market.ledger.control.setPrices(Object.fromEntries(prices))
        // Amounts are the subject here; the signer's caps have tests of their own.
        const settings = { ...PolicySettings.parse({}), ownFundsShare: Decimal.ONE, ...drawn }
        const spendable: LiquidatorDeps['spendable'] = async (resources) =>
          new Map([...resources].map((each) => [each, Decimal.parse('1000000000')]))
        for (const shape of await planAndPreview(market, { ...market.deps, spendable, policy: policyOf(settings) }))
          seen.add(shape)
      } finally {
        await market.stop()
      }
    }),
    { numRuns: 40, seed: 20_261_123, endOnFailure: true },
  )
  // What was drawn covers every kind of collateral, every funding, every way out, and several calls of each but the NFTs.
  expect([...seen]).toEqual(
    expect.arrayContaining([
      'token flash-loan dex',
      'token mix dex',
      'token own dex',
      'token+deposit-unit own dex',
      'lsu own hold',
      'lsu flash-loan unstake financed',
      'lsu mix unstake financed',
      'nft own hold',
      'nft own unstake',
      'nft mix unstake',
      'nft mix unstake financed',
      'token own dex in several calls',
      'deposit-unit own dex in several calls',
      'lsu own hold in several calls',
      'lsu flash-loan unstake financed in several calls',
    ]),
  )
}, 240_000)
