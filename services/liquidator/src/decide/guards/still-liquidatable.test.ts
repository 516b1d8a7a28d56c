import { type ConfirmedHealth, cdpIdOf, Decimal } from '@weft/domain'
import { expect, test } from 'vitest'
import { aCandidateOf, aCdpOf, anEmptyMarket } from '../../../test/specimens.ts'
import { stillLiquidatable } from './still-liquidatable.ts'

const cdp = aCdpOf({})
const market = anEmptyMarket({})

/** A CDP that owes nothing, so that our own ratio is 0, and what the ledger says of it. */
function verdict(answers: readonly ConfirmedHealth[]) {
  const reading = { tip: market.syncPoint, cdp, market, nfts: new Map() }
  return stillLiquidatable(aCandidateOf(cdp.id), reading, { confirm: async () => answers }, Decimal.parse('0.001'))
}

function confirmed(liquidationLtv: string): ConfirmedHealth {
  const ratio = Decimal.parse(liquidationLtv)
  return {
    kind: 'confirmed',
    cdpId: cdp.id,
    liquidationLtv: ratio,
    healthLtv: ratio,
    totalLoanValueXrd: Decimal.ONE,
    totalCollateralValueXrd: Decimal.ONE,
  }
}

test('plans nothing when the ledger’s answer lacks the CDP', async () => {
  expect(await verdict([])).toMatchObject({
    kind: 'stop',
    outcome: { kind: 'unjudged', why: 'get_cdp refused it: no answer' },
  })
})

test('plans nothing when the ledger’s answer does not decode', async () => {
  expect(await verdict([{ kind: 'refused', cdpId: cdpIdOf(7), error: 'expected Decimal' }])).toMatchObject({
    kind: 'stop',
    outcome: { kind: 'unjudged', why: 'get_cdp refused it: expected Decimal' },
  })
})

test('plans nothing when the ledger calls a CDP liquidatable that owes nothing as we see it', async () => {
  expect(await verdict([confirmed('1.2')])).toMatchObject({
    kind: 'stop',
    outcome: {
      kind: 'health-disagreement',
      ourLiquidationLtv: Decimal.ZERO,
      ledgerLiquidationLtv: Decimal.parse('1.2'),
    },
  })
})

test('is stale once the ledger calls it healthy', async () => {
  expect(await verdict([confirmed('0.99')])).toMatchObject({
    kind: 'stop',
    outcome: { kind: 'stale', reason: 'recovered' },
  })
})
