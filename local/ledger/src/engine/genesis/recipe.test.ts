import { describe, expect, test } from 'vitest'
import { type GenesisOverrides, UnknownNameError } from '../control.ts'
import { instantLedger } from '../testing/ledgers.ts'

const CDPS = 400
const crowd = {
  share: '0.25',
  liquidationLtv: ['0.95', '0.99'],
  loans: ['xUSDC', 'xETH'],
  collaterals: ['XRD', 'LSULP'],
} as const

function ledgerWith(genesis: GenesisOverrides) {
  return instantLedger({ seed: 5, cdps: CDPS, genesis: { dexDepthXrd: '1000000000', ...genesis } })
}

async function afterRiseTo(prices: Readonly<Record<string, string>>, genesis: GenesisOverrides = {}) {
  const ledger = await ledgerWith({ nearThreshold: crowd, ...genesis })
  ledger.control.setPrices(prices)
  return ledger
}

describe('CDPs near their threshold', () => {
  test('are the asked share: one price move, and they are liquidatable together', async () => {
    // xUSDC 225.57 and xETH 983 041 at genesis: 5.3 % more takes 0.95 over 1.
    const ledger = await afterRiseTo({ xUSDC: '237.53', xETH: '1035143' })
    // The realistic CDPs add those few that are near by themselves.
    expect(ledger.control.liquidatable().length / CDPS).toBeGreaterThanOrEqual(0.25)
    expect(ledger.control.liquidatable().length / CDPS).toBeLessThan(0.27)
  })

  test('lie evenly between their bounds: half the way takes half of them', async () => {
    const ledger = await afterRiseTo({ xUSDC: '232.55', xETH: '1013450' })
    expect(ledger.control.liquidatable().length / CDPS).toBeGreaterThanOrEqual(0.12)
    expect(ledger.control.liquidatable().length / CDPS).toBeLessThan(0.14)
  })

  test('are healthy after one liquidation when they are taken as soon as they cross', async () => {
    // The competitor leaves NFTs alone.
    const ledger = await afterRiseTo(
      { xUSDC: '237.53', xETH: '1035143' },
      { nearThreshold: { ...crowd, kinds: ['token', 'deposit-unit', 'lsu'] } },
    )
    const crossed = ledger.control.liquidatable()
    for (const id of crossed) ledger.control.liquidateAsCompetitor(id)
    const left = ledger.control.liquidatable().length
    // Some owe two tokens, and the competitor repays half of one.
    expect(left / crossed.length).toBeLessThan(0.2)
  })

  test('are healthy at genesis, and absent unless asked for', async () => {
    expect((await ledgerWith({ nearThreshold: crowd })).control.liquidatable()).toEqual([])
    const [none, other] = await Promise.all([ledgerWith({}), ledgerWith({ nearThreshold: { ...crowd, share: '0' } })])
    expect(other.control.digests().genesis).toBe(none.control.digests().genesis)
  })

  test('cannot hold what no generated CDP holds', async () => {
    await expect(ledgerWith({ nearThreshold: { ...crowd, collaterals: ['hSOL'] } })).rejects.toThrow(UnknownNameError)
  })
})
