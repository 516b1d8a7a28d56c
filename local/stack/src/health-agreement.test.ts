import type { CdpHealth, CollateralPosition, cdpNumber } from '@weft/domain'
import { judgeAll } from '@weft/indexer'
import {
  ActionFailedError,
  type CdpSpec,
  createLedger,
  type Ledger,
  type LedgerControl,
  MARKET_QUESTIONS,
  type MarketAnswers,
  startLedgerServer,
  UnknownNameError,
} from '@weft/ledger'
import type { GatewayClient } from '@weft/radix'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { clientOf, readerOf } from '../test/reader.ts'

/**
 * The domain's health, from what is read through the Gateway, against the market's own `get_cdp`: two implementations that share
 * nothing but the number type, equal to the last digit of every figure.
 */

const TOKENS = ['XRD', 'LSULP', 'xUSDC', 'xUSDT', 'xwBTC', 'xETH', 'hUSDC', 'hUSDT', 'hWBTC', 'hETH', 'HUG', 'DAPP']
const POOLED = TOKENS.filter((symbol) => symbol !== 'HUG' && symbol !== 'DAPP')
const COLLATERALS = [...TOKENS, ...POOLED.map((symbol) => `du-${symbol}`), 'lsu-validator-1', 'lsu-validator-2']

/** One of every kind, so that no run of this test goes without. */
const EVERY_KIND: readonly CdpSpec[] = [
  { collaterals: { XRD: '1234.5' }, loans: { XRD: '777.7' } },
  { collaterals: { 'du-XRD': '4321.000001' }, loans: { XRD: '1999.3' } },
  { collaterals: { xUSDC: '321.123456', 'du-xUSDT': '12.3' }, loans: { xUSDT: '100.5', hUSDC: '3.25' } },
  { collaterals: { 'lsu-validator-1': '9000.7' }, loans: { LSULP: '3456.7' } },
  { claims: [{ validator: 'validator-2', lsuAmount: '777.77' }], loans: { xUSDC: '1.5' } },
  { collaterals: { HUG: '98765.4321', xwBTC: '0.00012345' }, loans: { XRD: '1', xETH: '0.000123', hUSDT: '2' } },
  { collaterals: { DAPP: '10' } },
  { loans: { XRD: '3' } },
]

const amount = fc
  .tuple(fc.integer({ min: 1, max: 999_999_999 }), fc.integer({ min: 3, max: 8 }))
  .map(([digits, shift]) => {
    const text = String(digits).padStart(shift + 1, '0')
    return `${text.slice(0, -shift)}.${text.slice(-shift)}`
  })
const amounts = (names: readonly string[], most: number) =>
  fc
    .uniqueArray(fc.tuple(fc.constantFrom(...names), amount), { maxLength: most, selector: ([name]) => name })
    .map((each) => Object.fromEntries(each))
const cdpSpec: fc.Arbitrary<CdpSpec> = fc.record({
  collaterals: amounts(COLLATERALS, 4),
  loans: amounts(POOLED, 3),
  claims: fc.array(fc.record({ validator: fc.constantFrom('validator-1', 'validator-2'), lsuAmount: amount }), {
    maxLength: 2,
  }),
})

/**
 * How the market answers what is not known of the live one. That interest which is due shows in `get_cdp` before it is booked is left
 * out: then ours is the booked health and theirs is not, which the indexer counts as a disagreement.
 */
const answers: fc.Arbitrary<Omit<MarketAnswers, 'get-cdp'>> = fc.record({
  interest: fc.constantFrom(...MARKET_QUESTIONS.interest),
  rate: fc.constantFrom(...MARKET_QUESTIONS.rate),
  period: fc.constantFrom(...MARKET_QUESTIONS.period),
  expiry: fc.constantFrom(...MARKET_QUESTIONS.expiry),
  widths: fc.constantFrom(...MARKET_QUESTIONS.widths),
  'feed-state': fc.constantFrom(...MARKET_QUESTIONS['feed-state']),
  'bonus-share': fc.constantFrom(...MARKET_QUESTIONS['bonus-share']),
  overpayment: fc.constantFrom(...MARKET_QUESTIONS.overpayment),
  'nft-close-factor': fc.constantFrom(...MARKET_QUESTIONS['nft-close-factor']),
})

type Move =
  | { readonly kind: 'prices'; readonly prices: Readonly<Record<string, string>> }
  | { readonly kind: 'time'; readonly hours: number }
  | { readonly kind: 'epochs'; readonly count: number }
  | { readonly kind: 'config'; readonly id: number; readonly hundredths: number; readonly formerValidHours: number }
  | { readonly kind: 'touch'; readonly cdp: number; readonly symbol: string }
  | { readonly kind: 'repay'; readonly cdp: number }
const move: fc.Arbitrary<Move> = fc.oneof(
  fc.record({ kind: fc.constant('prices' as const), prices: amounts(TOKENS.slice(1), 5) }),
  fc.record({ kind: fc.constant('time' as const), hours: fc.integer({ min: 1, max: 40 * 24 }) }),
  fc.record({ kind: fc.constant('epochs' as const), count: fc.integer({ min: 1, max: 3 }) }),
  fc.record({
    kind: fc.constant('config' as const),
    id: fc.integer({ min: 0, max: 6 }),
    hundredths: fc.integer({ min: 10, max: 90 }),
    formerValidHours: fc.integer({ min: 1, max: 1_000 }),
  }),
  fc.record({
    kind: fc.constant('touch' as const),
    cdp: fc.integer({ min: 1, max: 14 }),
    symbol: fc.constantFrom(...TOKENS),
  }),
  fc.record({ kind: fc.constant('repay' as const), cdp: fc.integer({ min: 1, max: 14 }) }),
)

/**
 * What every market goes through first, so that no run goes without: superseded configurations that have expired and that have not,
 * and, more than a day later, an operation on the pool of XRD, which then accrues its interest.
 */
const OPENING: readonly Move[] = [
  { kind: 'config', id: 0, hundredths: 70, formerValidHours: 1_000 },
  { kind: 'config', id: 4, hundredths: 15, formerValidHours: 1 },
  { kind: 'config', id: 6, hundredths: 85, formerValidHours: 1 },
  { kind: 'time', hours: 30 },
  { kind: 'repay', cdp: 1 },
]

function play(move: Move, control: LedgerControl): void {
  switch (move.kind) {
    case 'prices':
      control.setPrices(move.prices)
      return
    case 'time':
      control.advanceTime(move.hours * 3_600_000)
      control.advanceRound()
      return
    case 'epochs':
      control.advanceEpoch(move.count)
      return
    case 'config':
      control.updateCollateralConfig(
        move.id,
        { loanToValue: `0.${move.hundredths}`, thresholdSpread: '0.037', bonusRate: '0.071' },
        move.formerValidHours * 3_600,
      )
      return
    case 'touch':
      // Records the configuration and the efficiency mode in force anew.
      control.addCollateral(`#${move.cdp}#`, { [move.symbol]: '1.25' })
      return
    case 'repay':
      // Lets the pools accrue the interest that is due.
      control.repayLoan(`#${move.cdp}#`, { amount: '0.000001' })
  }
}

/** A market may refuse what an unhealthy CDP wants; anything else is a fault. */
function playIfAllowed(each: Move, control: LedgerControl): void {
  try {
    play(each, control)
  } catch (error) {
    if (!(error instanceof ActionFailedError || error instanceof UnknownNameError)) throw error
  }
}

test('judges random CDPs of random markets, whatever their answers to open questions, as the ledger’s get_cdp does', {
  timeout: 240_000,
}, async () => {
  const seen = new Map<string, number>()
  const notice = (what: string) => seen.set(what, (seen.get(what) ?? 0) + 1)
  const recipe = fc.record({
    seed: fc.integer({ min: 1, max: 1_000_000 }),
    priceDebounceSeconds: fc.constantFrom(0, 900),
    specs: fc.array(cdpSpec, { minLength: 3, maxLength: 3 }),
    moves: fc.array(move, { minLength: 3, maxLength: 8 }),
    answers,
  })
  await fc.assert(
    fc.asyncProperty(recipe, async ({ seed, priceDebounceSeconds, specs, moves, answers }) => {
      const cdps = [...EVERY_KIND, ...specs]
      const ledger = await createLedger({
        seed,
        cdps: cdps.length + 5,
        roundMs: 0,
        // Of what a specification cannot name, the seed makes some.
        genesis: { cdps, priceDebounceSeconds, collateralKinds: ['registered-nft', 'claim-nft', 'lsu'] },
        market: answers,
      })
      const server = await startLedgerServer(ledger)
      try {
        for (const each of [...OPENING, ...moves]) playIfAllowed(each, ledger.control)
        ledger.control.advanceRound()
        await compare(ledger, server.url, notice)
      } finally {
        await server.close()
        ledger.close()
      }
    }),
    // A counterexample is a whole market: the seed reproduces it, shrinking would take minutes.
    { numRuns: 10, endOnFailure: true },
  )
  expect(seen.get('cdp')).toBeGreaterThanOrEqual(100)
  expect([...seen.keys()]).toEqual(
    expect.arrayContaining(
      ['token', 'deposit-unit', 'lsu', 'claim-nft', 'registered-nft', 'several loans'].concat(
        ['none', 'efficiency-group', 'identical-resource'].map((mode) => `mode ${mode}`),
      ),
    ),
  )
})

/** Everything live at the tip, judged by both; every figure of ours must be theirs. */
async function compare(ledger: Ledger, url: string, notice: (what: string) => void): Promise<void> {
  const client = clientOf(url)
  const reader = readerOf(ledger, url, client)
  const at = await reader.syncPoint()
  const snapshot = await reader.marketSnapshot(at)
  const readings = await reader.cdps(1, snapshot.cdpCounter, at)
  const cdps = readings.flatMap((reading) => (reading.kind === 'live' ? [reading.cdp] : []))
  const verdicts = await judgeAll(cdps, snapshot, at, reader)
  const ours = verdicts.map((verdict) => {
    if (verdict.kind === 'unjudged') throw new Error(`${verdict.cdpId} could not be judged: ${verdict.why}`)
    noticeKinds(verdict.health, notice)
    return verdict.health
  })
  const theirs = await getCdp(
    client,
    ledger,
    cdps.map(({ id }) => id),
  )
  for (const health of ours) expect(figuresOf(health)).toEqual(theirs.get(health.cdpId))
}

function noticeKinds(health: CdpHealth, notice: (what: string) => void): void {
  notice('cdp')
  if (health.loans.length > 1) notice('several loans')
  for (const { kind, configVersion } of [...health.collaterals, ...health.nfts.flatMap((nft) => nft.underlying)]) {
    notice(kind.kind)
    notice(`mode ${configVersion.efficiencyMode.kind}`)
  }
  for (const { kind } of health.nfts) notice(kind.kind)
}

/** Ours in the shape of {@link figuresIn}. */
function figuresOf(health: CdpHealth) {
  const collateral = (each: CollateralPosition) => [
    each.resource,
    {
      price: each.price.toString(),
      amount: each.amount.toString(),
      value: each.value.toString(),
      healthValue: each.healthValue.toString(),
      liquidationValue: each.liquidationValue.toString(),
      discountedValue: each.discountedValue.toString(),
      config: [
        each.config.description,
        each.config.loanToValueRatio.toString(),
        each.config.liquidationThresholdSpread.toString(),
        each.config.liquidationBonusRate.toString(),
      ],
    },
  ]
  return {
    totalLoanValue: health.totalLoanValue.toString(),
    totalAdjustedLoanValue: health.totalAdjustedLoanValue.toString(),
    totalCollateralValue: health.totalCollateralValue.toString(),
    totalHealthValue: health.totalHealthValue.toString(),
    totalLiquidationValue: health.totalLiquidationValue.toString(),
    healthLtv: health.healthLtv.toString(),
    liquidationLtv: health.liquidationLtv.toString(),
    discountedNftCollateralValue: health.discountedNftCollateralValue.toString(),
    discountedCollateralValue: health.discountedCollateralValue.toString(),
    loans: health.loans.map((each) => [
      each.resource,
      {
        price: each.price.toString(),
        units: each.units.toString(),
        amount: each.amount.toString(),
        value: each.value.toString(),
        adjustedValue: each.adjustedValue.toString(),
        config: [
          each.config.description,
          each.config.loanValueFactor.toString(),
          each.config.loanCloseFactor.toString(),
        ],
      },
    ]),
    collaterals: health.collaterals.map(collateral),
    nfts: health.nfts.map((nft) => [
      `${nft.resource}:${nft.id}`,
      {
        underlying: nft.underlying.map(collateral),
        value: nft.value.toString(),
        discountedValue: nft.discountedValue.toString(),
      },
    ]),
  }
}

/** Asks the market by preview and decodes the whole answer by position, independently of the adapter. */
async function getCdp(client: GatewayClient, ledger: Ledger, ids: readonly Parameters<typeof cdpNumber>[0][]) {
  const found = new Map<string, ReturnType<typeof figuresIn>>()
  for (let from = 0; from < ids.length; from += 10) {
    const wanted = ids.slice(from, from + 10).map((id) => `NonFungibleLocalId("${id}")`)
    const answer = await client.preview({
      manifest: `CALL_METHOD Address("${ledger.addresses.market}") "get_cdp" Array<NonFungibleLocalId>(${wanted.join(', ')});`,
      start_epoch_inclusive: 1,
      end_epoch_exclusive: 2,
      tip_percentage: 0,
      nonce: 1,
      signer_public_keys: [],
      flags: {
        use_free_credit: true,
        assume_all_signature_proofs: false,
        skip_epoch_check: true,
        disable_auth_checks: false,
      },
    })
    const receipt = answer.receipt as { error_message?: string; output?: { programmatic_json: Sbor }[] }
    const output = receipt.output?.[0]
    if (!output) throw new Error(`get_cdp(${wanted.join(', ')}) failed: ${receipt.error_message}`)
    for (const { key, value } of output.programmatic_json.entries ?? []) found.set(textIn(key), figuresIn(value))
  }
  return found
}

/** One value of `programmatic_json`, as far as this decoder goes into it. */
interface Sbor {
  readonly kind: string
  readonly value?: string | boolean
  readonly fields?: readonly Sbor[]
  readonly entries?: readonly { readonly key: Sbor; readonly value: Sbor }[]
}

/** `CDPHealthChecker` by position; see docs/on-ledger-data.md. */
function figuresIn(checker: Sbor) {
  return {
    totalLoanValue: textIn(field(checker, 0)),
    totalAdjustedLoanValue: textIn(field(checker, 1)),
    totalCollateralValue: textIn(field(checker, 2)),
    totalHealthValue: textIn(field(checker, 3)),
    totalLiquidationValue: textIn(field(checker, 4)),
    healthLtv: textIn(field(checker, 7)),
    liquidationLtv: textIn(field(checker, 8)),
    discountedNftCollateralValue: textIn(field(checker, 9)),
    discountedCollateralValue: textIn(field(checker, 10)),
    loans: entriesIn(field(checker, 11)).map(([resource, loan]) => [
      resource,
      {
        price: textIn(field(loan, 0)),
        units: textIn(field(loan, 1)),
        amount: textIn(field(loan, 2)),
        value: textIn(field(loan, 3)),
        adjustedValue: textIn(field(loan, 4)),
        config: (field(loan, 5).fields ?? []).map(textIn),
      },
    ]),
    collaterals: entriesIn(field(checker, 12)).map(collateralIn),
    nfts: entriesIn(field(checker, 13)).flatMap(([resource, byId]) =>
      entriesIn(byId).map(([id, nft]) => [
        `${resource}:${id}`,
        {
          underlying: entriesIn(field(nft, 0)).map(collateralIn),
          value: textIn(field(field(nft, 1), 0)),
          discountedValue: textIn(field(field(nft, 1), 1)),
        },
      ]),
    ),
  }
}

function collateralIn([resource, position]: readonly [string, Sbor]) {
  return [
    resource,
    {
      price: textIn(field(position, 0)),
      amount: textIn(field(position, 1)),
      value: textIn(field(position, 2)),
      healthValue: textIn(field(position, 3)),
      liquidationValue: textIn(field(position, 4)),
      discountedValue: textIn(field(position, 5)),
      config: (field(position, 6).fields ?? []).map(textIn),
    },
  ]
}

function entriesIn({ kind, entries }: Sbor): readonly (readonly [string, Sbor])[] {
  if (kind !== 'Map' || !entries) throw new Error(`Expected a map, got ${kind}.`)
  return entries.map(({ key, value }) => [textIn(key), value] as const)
}

function field(tuple: Sbor, index: number): Sbor {
  const found = tuple.fields?.[index]
  if (!found) throw new Error(`${tuple.kind} has no field ${index}.`)
  return found
}

function textIn({ kind, value }: Sbor): string {
  if (typeof value !== 'string') throw new Error(`Expected text in ${kind}.`)
  return value
}
