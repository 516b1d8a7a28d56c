import {
  type Cdp,
  type CdpId,
  cdpIdOf,
  Decimal,
  type HealthVerdict,
  type MarketSnapshot,
  PreciseDecimal,
  ResourceAddress,
} from '@weft/domain'
import { expect, test } from 'vitest'
import { MOST_UNJUDGED_ASKED, unjudgedToAsk } from './unjudged-to-ask.ts'

const XRD = ResourceAddress.parse('resource_loc1tknspecimen')
const UNKNOWN = ResourceAddress.parse('resource_loc1tkunknownspecimen')

/** What values a debt of XRD, and nothing else. */
const market = {
  xrd: XRD,
  syncPoint: { ledgerTimeMs: 0 },
  rules: {},
  prices: new Map(),
  pools: new Map([[XRD, { loans: { unitRatio: PreciseDecimal.ONE } }]]),
  unreadable: [],
} as unknown as MarketSnapshot

function aCdp(number: number, loans: Readonly<Record<string, string>>): Cdp {
  const owed = Object.entries(loans).map(
    ([resource, units]) =>
      [ResourceAddress.parse(resource), { units: Decimal.parse(units), configVersion: 1 }] as const,
  )
  return {
    id: cdpIdOf(number),
    lastUpdatedAtStateVersion: 1,
    loans: new Map(owed),
    collaterals: new Map(),
    nftCollaterals: new Map(),
  }
}

const unjudged = (cdps: readonly Cdp[]): HealthVerdict[] =>
  cdps.map(({ id: cdpId }) => ({ kind: 'unjudged', cdpId, why: 'a specimen' }))

test('all unjudged CDPs with debt are asked, what cannot be valued first, then the largest', () => {
  const cdps = [
    aCdp(1, { [XRD]: '5' }),
    aCdp(2, {}),
    aCdp(3, { [XRD]: '7' }),
    aCdp(4, { [XRD]: '1', [UNKNOWN]: '1' }),
    aCdp(5, { [XRD]: '9' }),
  ]
  const unreadable = [{ kind: 'unreadable', id: cdpIdOf(9), lastUpdatedAtStateVersion: 1, why: 'odd' }] as const
  // #5# is judged, #2# owes nothing.
  const verdicts = unjudged(cdps.slice(0, 4))
  expect(unjudgedToAsk(cdps, verdicts, unreadable, market, 0)).toEqual([4, 9, 3, 1].map(cdpIdOf))
})

test('of too many the first in line are asked every time, and each of the rest within some runs', () => {
  const cdps = Array.from({ length: 1_000 }, (_, index) => aCdp(index + 1, { [XRD]: String(index + 1) }))
  const asked = new Map<CdpId, number>()
  // About 3 000 transactions from run to run, never as many.
  const runs = Array.from({ length: 144 }, (_, run) => 370_000_000 + run * 3_000 + ((run * run * 37) % 911))
  for (const stateVersion of runs) {
    const now = unjudgedToAsk(cdps, unjudged(cdps), [], market, stateVersion)
    expect(new Set(now).size).toBe(MOST_UNJUDGED_ASKED)
    for (const id of now) asked.set(id, (asked.get(id) ?? 0) + 1)
  }
  for (let number = 1_000; number > 950; number -= 1) expect(asked.get(cdpIdOf(number))).toBe(144)
  expect(asked.size).toBe(1_000)
})
