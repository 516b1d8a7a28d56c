import { Decimal } from '@weft/domain/decimal'
import { expect, test } from 'vitest'
import type { Ledger } from './control.ts'
import { instantLedger } from './testing/ledgers.ts'

/** By judging every CDP anew, without the index. */
function liquidatableByBruteForce(ledger: Ledger): string[] {
  const at = ledger.tip().stateVersion
  const { ids } = ledger.nonFungibleIds(ledger.addresses.cdpResource, at, 0, 10_000)
  return ids.filter((id) => {
    const isBurned = ledger.nonFungible(ledger.addresses.cdpResource, id, at)?.isBurned
    return !isBurned && ledger.control.liquidationLtv(id).gt(Decimal.ONE)
  })
}

test('knows the liquidatable CDPs through everything that people, prices, interest and parameters do', async () => {
  const ledger = await instantLedger({ seed: 21, cdps: 250 })
  const { control } = ledger
  control.startActors({ borrowers: { probability: 0.9, actionsPerRound: 2 }, competitor: { probability: 0.05 } })
  const steps: readonly (() => void)[] = [
    () => control.setPrices({ xUSDC: '290', xUSDT: '300', xETH: '1300000' }),
    () => control.advanceRound(15),
    () => control.advanceTime(3 * 86_400_000),
    () => control.advanceRound(15),
    () => control.updateCollateralConfig(0, { loanToValue: '0.6', thresholdSpread: '0.05', bonusRate: '0.07' }, 20),
    () => control.advanceRound(30),
    () => control.setPrices({ xUSDC: '225', xUSDT: '229', xETH: '983041' }),
    () => control.advanceEpoch(3),
  ]
  const seen = new Set<number>()
  for (const step of steps) {
    step()
    const indexed = control.liquidatable()
    expect(indexed).toEqual(liquidatableByBruteForce(ledger))
    seen.add(indexed.length)
  }
  expect(seen.size).toBeGreaterThan(3)
})

test('borrowers open, change and close CDPs, and a competitor takes what is left below its threshold', async () => {
  const ledger = await instantLedger({ seed: 4, cdps: 120 })
  const before = ledger.control.summary()
  ledger.control.setPrices({ xUSDC: '320', xUSDT: '325', hUSDC: '300' })
  expect(ledger.control.liquidatable().length).toBeGreaterThan(3)
  ledger.control.startActors({ borrowers: { probability: 1 }, competitor: { probability: 0.5 } })
  ledger.control.advanceRound(60)
  const after = ledger.control.summary()
  expect(after.burned).toBeGreaterThan(before.burned)
  expect(after.cdps + after.burned).toBeGreaterThan(before.cdps + before.burned)
  expect(after.liquidations.length).toBeGreaterThan(3)
  expect(new Set(after.liquidations.map(({ by }) => by))).toEqual(new Set([ledger.addresses.competitorAccount]))
  // The competitor knows the tip, so it never doubles its own work.
  expect(after).toMatchObject({ duplicateIntents: 0, liquidatedTwiceInOneExcursion: [] })

  ledger.control.startActors(undefined)
  ledger.control.advanceRound(20)
  expect(ledger.control.summary().liquidations).toHaveLength(after.liquidations.length)
})

test('opens CDPs of every kind for people, and closes them again', async () => {
  const ledger = await instantLedger({ cdps: 30 })
  const { control } = ledger
  const burned = control.summary().burned
  const ids = [
    control.openCdp({ collaterals: { XRD: '10000', LSULP: '100' }, loans: { xUSDC: '10', xUSDT: '5' } }),
    control.openCdp({ collaterals: { 'du-xUSDC': '100' }, loans: { XRD: '1000' } }),
    control.openCdp({ collaterals: { 'lsu-validator-2': '1000' }, loans: { XRD: '500' } }),
    control.openCdp({ claims: [{ validator: 'validator-1', lsuAmount: '1000' }], loans: { XRD: '500' } }),
  ]
  expect(control.liquidatable()).toEqual([])
  control.addCollateral(ids[0] ?? '', { XRD: '5' })
  control.removeCollateral(ids[0] ?? '', { LSULP: '100' })
  expect(() => control.removeCollateral(ids[0] ?? '', { XRD: '9900' })).toThrow(/CDPUnhealthy/)
  expect(() => control.openCdp({ collaterals: { XRD: '100' }, loans: { XRD: '99' } })).toThrow(/CDPUnhealthy/)
  for (const id of ids) control.closeCdp(id)
  expect(control.summary().burned).toBe(burned + ids.length)
  expect(() => control.closeCdp(ids[0] ?? '')).toThrow(/There is no CDP/)
})

test('refuses names it does not know, and any price of XRD but 1', async () => {
  const ledger = await instantLedger()
  expect(() => ledger.control.setPrices({ xUSDD: '1' })).toThrow(/nothing called "xUSDD"/)
  expect(() => ledger.control.setPrices({ XRD: '0.65' })).toThrow(/unit of account/)
  expect(() => ledger.control.setService({ component: 'pool', service: 'Loan', enabled: false })).toThrow(/FlashLoan/)
})
