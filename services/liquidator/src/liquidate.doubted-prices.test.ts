import { describe, expect, test } from 'vitest'
import { aFallenCdp } from '../test/fallen-cdp.ts'

const fallen = aFallenCdp()

/** HUG is worth some 0.00013 XRD; the feed alone says what operators set to switch an asset off. */
const FLOOR = { HUG: '0.0000000001', hUSDT: '0.0000000001' }

async function doubted(cdp: { collaterals: Record<string, string>; loans: Record<string, string> }) {
  await fallen.start()
  const { control, addresses } = fallen.market.ledger
  const cdpId = control.openCdp(cdp)
  control.setPrices(FLOOR, { feedOnly: true })
  control.setPrices({ xUSDC: '190' })
  return { cdpId, hug: addresses.tokens.HUG }
}

describe('a doubted price decides only what depends on it', () => {
  test.each([
    ['one token', { xUSDC: '100', HUG: '1' }, { XRD: '14000' }],
    ['an atto', { xUSDC: '100', HUG: '0.000000000000000001' }, { XRD: '14000' }],
    ['a crumb that is owed', { xUSDC: '100' }, { XRD: '14000', hUSDT: '0.000001' }],
  ])('dust of it holds nothing back and is not touched: %s', async (_, collaterals, loans) => {
    const { cdpId, hug } = await doubted({ collaterals, loans })
    const outcome = await fallen.run(cdpId)
    expect(outcome).toMatchObject({ kind: 'liquidated' })
    const [execution] = await fallen.journalOf(cdpId)
    expect(execution?.signed?.manifest).not.toContain(hug)
    expect(fallen.market.metrics.points('LiquidationsQuarantined')).toEqual([])
  })

  test('as collateral that would carry the loan at its last accepted price it holds the CDP back', async () => {
    // 60 million HUG were worth some 7 800 XRD.
    const { cdpId, hug } = await doubted({ collaterals: { xUSDC: '100', HUG: '60000000' }, loans: { XRD: '14000' } })
    expect(await fallen.run(cdpId)).toMatchObject({ kind: 'quarantined', assets: [{ resource: hug }] })
    expect(fallen.submissions()).toBe(0)
  })

  test('where nothing else can be seized, an operator decides', async () => {
    await fallen.start()
    const { control, addresses } = fallen.market.ledger
    const cdpId = control.openCdp({ collaterals: { HUG: '60000000' }, loans: { XRD: '1400' } })
    // Everybody sees it fall to a sixth, before the feed says nothing but a floor.
    control.setPrices({ HUG: '0.00002' })
    control.setPrices(FLOOR, { feedOnly: true })
    const hug = addresses.tokens.HUG
    expect(await fallen.run(cdpId)).toMatchObject({ kind: 'quarantined', assets: [{ resource: hug }] })
  })
})
