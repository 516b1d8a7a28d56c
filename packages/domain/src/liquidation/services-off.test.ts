import { describe, expect, test } from 'vitest'
import { aMarket, XRD, XUSDC } from '../../test/specimens.ts'
import type { MarketSnapshot, ServiceTables } from '../market.ts'
import { liquidateNftServices, liquidateServices, serviceOff } from './services-off.ts'

const market = aMarket()
const NEEDED = liquidateServices(XUSDC, [{ resource: XRD, kind: { kind: 'token' } }])

type Switches = Readonly<Record<string, boolean>>
function withTable(table: keyof ServiceTables, entries: Readonly<Record<string, Switches>>): MarketSnapshot {
  const rows = Object.entries(entries).map(([scope, each]) => [scope, new Map(Object.entries(each))] as const)
  return { ...market, services: { ...market.services, [table]: new Map(rows) } }
}

describe('fact 35: which entry decides a switch', () => {
  test('all of them on: nothing is in the way', () => {
    expect(serviceOff(market, NEEDED)).toBeUndefined()
  })

  test('the resource’s own entry decides, whatever the global one says', () => {
    const off = withTable('loans', { [XUSDC]: { RepayForLiquidation: false }, Global: { RepayForLiquidation: true } })
    expect(serviceOff(off, NEEDED)).toBe(`market service RepayForLiquidation (${XUSDC}) is off`)
    const on = withTable('loans', { [XUSDC]: { RepayForLiquidation: true }, Global: { RepayForLiquidation: false } })
    expect(serviceOff(on, NEEDED)).toBeUndefined()
  })

  test('a service that the deciding entry lacks is off, and the global entry does not fill in', () => {
    const lacking = withTable('loans', { [XUSDC]: { Borrow: true }, Global: { RepayForLiquidation: true } })
    expect(serviceOff(lacking, NEEDED)).toBe(`market service RepayForLiquidation (${XUSDC}) is off`)
  })

  test('without an entry of its own the global one decides', () => {
    const off = withTable('loans', { Global: { RepayForLiquidation: false } })
    expect(serviceOff(off, NEEDED)).toBe('market service RepayForLiquidation (Global) is off')
  })

  test.each(['loans', 'collaterals', 'pool'] as const)(
    'without any entry in %s nobody knows, so it is not done',
    (table) => {
      expect(serviceOff(withTable(table, {}), NEEDED)).toContain('so nobody knows whether it is on')
    },
  )

  test('an entry that does not decode is unknown, and no other entry stands in for it', () => {
    const broken = {
      ...withTable('loans', { Global: { RepayForLiquidation: true } }),
      unreadable: [{ table: 'loan_service_manager', key: XUSDC, why: 'it is no map' }],
    }
    expect(serviceOff(broken, NEEDED)).toContain('is unknown')
  })

  test('a switch of the market itself stops every call', () => {
    const stopped = { ...market, services: { ...market.services, market: new Map([['UpdateCDP', false]]) } }
    expect(serviceOff(stopped, NEEDED)).toBe('market service UpdateCDP is off')
  })

  test.each([
    ['claim NFT', true, 'GlobalClaimNFT'],
    ['registered NFT', false, 'GlobalNFT'],
  ] as const)('a %s asks its own entry, then %s', (_name, isClaim, scope) => {
    const off = withTable('collaterals', { [scope]: { RemoveForLiquidation: false } })
    expect(serviceOff(off, liquidateNftServices(XUSDC, XRD, isClaim))).toContain(`(${scope}) is off`)
  })

  test('a deposit unit asks its own entry, then that of what was deposited, before the global one', () => {
    const needed = liquidateServices(XUSDC, [{ resource: XUSDC, kind: { kind: 'deposit-unit', underlying: XRD } }])
    const off = withTable('collaterals', {
      [XRD]: { RemoveForLiquidation: false },
      GlobalResource: { RemoveForLiquidation: true },
    })
    expect(serviceOff(off, needed)).toContain(`(${XRD}) is off`)
  })
})
