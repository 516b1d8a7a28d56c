import { DynamoQuarantineStore, RecordsTable } from '@weft/aws'
import { type CandidateMessage, CdpId, Decimal } from '@weft/domain'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestCloud, startTestMarket, type TestCloud, type TestMarket } from '../test/market.ts'
import { IntentStillOpenError } from './commit/follow.ts'
import type { LiquidatorDeps } from './deps.ts'
import { explain } from './explain.ts'
import { liquidate } from './liquidate.ts'
import type { LiquidationOutcome } from './outcome/outcome.ts'

let cloud: TestCloud
beforeAll(async () => {
  cloud = await startTestCloud()
})
afterAll(() => cloud?.stop())

const MINUTE = 60_000
const MARKETS = 40
const CDPS_PER_MARKET = 25

type Changes = Partial<LiquidatorDeps>

/** What may befall a CDP or its liquidator. Each makes it so, and says what of the liquidator is different from then on. */
const HAPPENINGS: Readonly<Record<string, (id: string, market: TestMarket, cloud: TestCloud) => Promise<Changes>>> = {
  nothing: async () => ({}),
  paused: async () => ({ mode: { mode: async () => 'paused' } }),
  'dry-run': async () => ({ mode: { mode: async () => 'dry-run' } }),
  'a ledger behind its time': async (_, { ledger }) => ({
    clock: { now: () => ledger.tip().timestampMs + 3 * MINUTE },
  }),
  'claimed by somebody': async (id, { deps }) => {
    await deps.journal.claim(CdpId.parse(id), 'somebody', deps.clock.now(), MINUTE)
    return {}
  },
  'sent, and the submission lost': async (id, { deps, ledger, candidate }) => {
    ledger.control.setMempoolFault({ loseProbability: 1 })
    const follow = { ...deps.limits.follow, giveBackAfterMs: -1 }
    await begin(candidate(id), {
      ...deps,
      patience: { wait: async () => undefined },
      limits: { ...deps.limits, follow },
    })
    ledger.control.setMempoolFault({})
    return {}
  },
  'liquidated before': async (id, { deps, candidate }) => {
    await begin(candidate(id), deps)
    return {}
  },
  'liquidated before and fallen again': async (id, { deps, ledger, candidate }) => {
    await begin(candidate(id), deps)
    ledger.control.setPrices({ xUSDC: '120', xUSDT: '122' })
    return {}
  },
  'a price nobody else knows': async (_, { ledger }) => {
    ledger.control.setPrices({ xUSDC: '19' }, { feedOnly: true })
    return {}
  },
  'a price nobody else knows, released': async (id, { deps, ledger, candidate, resources }, { clients }) => {
    ledger.control.setPrices({ xUSDC: '19' }, { feedOnly: true })
    const outcome = await begin(candidate(id), deps)
    const store = new DynamoQuarantineStore(new RecordsTable(clients.dynamodb, resources.table))
    if (outcome?.kind === 'quarantined') await store.decide(CdpId.parse(id), 'released', 'ada', deps.clock.now())
    return {}
  },
  unreadable: async (id, { server, ledger }) => {
    const { cdpResource: resource } = ledger.addresses
    server.setFaults({ rules: [{ endpoint: '*', fault: { kind: 'unknown-shape', resource, ids: [id] } }] })
    return {}
  },
  closed: async (id, { ledger, deps }) => {
    const found = await deps.ledger.findCdp(CdpId.parse(id), await deps.ledger.syncPoint())
    if (found.kind === 'live') ledger.control.closeCdp(id)
    return {}
  },
  'a wallet below its floor': async (_, { deps }) => ({
    policy: { ...deps.policy, feeReserveXrd: Decimal.parse('1000000000') },
  }),
  'fees spent': async (_, { deps: { limits } }) => ({
    limits: { ...limits, spend: { ...limits.spend, maxFeesPerHourXrd: Decimal.ZERO } },
  }),
  'attempts spent': async (_, { deps: { limits } }) => ({
    limits: { ...limits, spend: { ...limits.spend, maxFailedAttemptsPerCdp: 0 } },
  }),
  'nothing to gain': async (_, { deps }) => {
    const { protocolMode: _mode, ...policy } = deps.policy
    return { policy: { ...policy, minProfitXrd: Decimal.parse('1000000000') } }
  },
  'a venue that promises too much': async (_, { deps }) => ({
    venues: deps.venues.map((venue) => ({
      name: venue.name,
      quotes: async (requests) =>
        (await venue.quotes(requests)).map(
          (quote) => quote && { ...quote, amountOut: quote.amountOut.times(Decimal.parse('1.02')) },
        ),
    })),
  }),
  'a manifest that fails': async (_, { deps, ledger }) => ({
    writeManifest: (steps) =>
      `ASSERT_WORKTOP_CONTAINS Address("${ledger.addresses.xrd}") Decimal("1");\n${deps.writeManifest(steps)}`,
  }),
}

/** @returns `undefined` when what was sent may still commit. */
async function begin(candidate: CandidateMessage, deps: LiquidatorDeps): Promise<LiquidationOutcome | undefined> {
  try {
    return await liquidate(candidate, deps)
  } catch (error) {
    if (error instanceof IntentStillOpenError) return undefined
    throw error
  }
}

const happening = fc.constantFrom(...Object.keys(HAPPENINGS))
const drawing = fc.record({
  seed: fc.integer({ min: 1, max: 1_000_000 }),
  /** Where about half have fallen, and where all have. */
  usdXrd: fc.constantFrom('160', '130'),
  happenings: fc.array(fc.array(happening, { minLength: 1, maxLength: 2 }), {
    minLength: CDPS_PER_MARKET,
    maxLength: CDPS_PER_MARKET,
  }),
})

test('what a dry run names first is what a candidate comes to, in a thousand states', async () => {
  const ends = new Map<string, number>()
  await fc.assert(
    fc.asyncProperty(drawing, async ({ seed, usdXrd, happenings }) => {
      const market = await startTestMarket(cloud, { ledger: { seed }, walletXrd: '50000' })
      try {
        const { control } = market.ledger
        const specimen = market.candidate(control.openCdp({ collaterals: { XRD: '1' } }))
        for (const [index, befell] of happenings.entries()) {
          control.setPrices({ xUSDC: '225', xUSDT: '229' })
          const id = control.openCdp({ collaterals: { xUSDC: '100' }, loans: { XRD: String(10_000 + index * 160) } })
          control.setPrices({ xUSDC: usdXrd, xUSDT: usdXrd })
          market.server.setFaults({ rules: [] })
          const end = await endsAlike(id, befell, specimen, market)
          ends.set(end, (ends.get(end) ?? 0) + 1)
        }
      } finally {
        await market.stop()
      }
    }),
    { numRuns: MARKETS, seed: 20_261_129, endOnFailure: true },
  )
  expect(Object.fromEntries(ends)).toMatchObject(
    Object.fromEntries(EVERY_END.map((kind) => [kind, expect.any(Number)])),
  )
}, 400_000)

/** Every end that what is drawn can come to. */
const EVERY_END: readonly LiquidationOutcome['kind'][] = [
  'liquidated',
  'dry-run',
  'paused',
  'ledger-not-fresh',
  'quarantined',
  'stale',
  'unjudged',
  'held',
  'governed',
  'wallet-low',
  'unprofitable',
  'preview-failed',
  'preview-mismatch',
]

/** Explains the CDP, has it liquidated, and holds the two against each other. @returns what the candidate came to. */
async function endsAlike(
  id: string,
  befell: readonly string[],
  specimen: CandidateMessage,
  market: TestMarket,
): Promise<string> {
  // As an indexer would queue it now, also of a CDP that is closed by now.
  const candidate = () => ({ ...specimen, cdpId: CdpId.parse(id), stateVersion: market.ledger.tip().stateVersion })
  let deps = market.deps
  for (const each of befell)
    deps = { ...deps, ...(await HAPPENINGS[each]?.(id, { ...market, deps, candidate }, cloud)) }
  const explanation = await explain(CdpId.parse(id), deps)
  const said = explanation.stops[0] ?? { kind: explanation.mode === 'dry-run' ? 'dry-run' : 'liquidated' }
  // What was sent before is brought to its end, whatever stops something new; it may also not be final yet.
  const open = explanation.stops.some((stop) => stop.kind === 'held' && stop.by === 'intent')
  const isAboutSent = open && (said.kind === 'quarantined' || said.kind === 'held')
  const outcome = (await begin(candidate(), deps)) ?? ({ kind: 'held', by: 'intent', detail: 'not final' } as const)
  const told = { id, befell, said, outcome }
  if (isAboutSent)
    expect(told).toMatchObject({
      outcome: { kind: expect.stringMatching(/^(liquidated|failed|expired|held|quarantined)$/) },
    })
  else expect(told).toMatchObject({ outcome: said })
  return outcome.kind
}
