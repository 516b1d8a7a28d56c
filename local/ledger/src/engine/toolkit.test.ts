import { rawRadixEngineToolkit } from '@radixdlt/radix-engine-toolkit'
import { Decimal } from '@weft/domain/decimal'
import { expect, test } from 'vitest'
import { ManifestError } from '../view.ts'
import { ADDRESSES } from './addressbook.ts'
import { manifestText } from './execution/manifest-text.ts'
import * as people from './people.ts'
import { Toolkit } from './toolkit.ts'

test('reads manifest text for ever without eating memory, mistakes included', async () => {
  const toolkit = await Toolkit.load()
  const raw = await rawRadixEngineToolkit
  const ids = Array.from({ length: 30 }, (_, i) => `NonFungibleLocalId("#${i}#")`).join(', ')
  const good = `CALL_METHOD Address("${ADDRESSES.market}") "get_cdp" Array<NonFungibleLocalId>(${ids});`
  const bad = `${good}\nNONSENSE;`
  const read = (times: number) => {
    for (let i = 0; i < times; i++) {
      // Never the same text twice, or the toolkit would not be asked.
      toolkit.parseManifest(`${good}\n# ${times}, ${i}`)
      expect(() => toolkit.parseManifest(bad)).toThrow(ManifestError)
    }
  }
  read(50)
  const before = raw.memory().buffer.byteLength
  // Unguarded, these would leave some four megabytes behind.
  read(1000)
  expect(raw.memory().buffer.byteLength).toBe(before)
})

test('names the part of an error that matters, not the whole input', async () => {
  const toolkit = await Toolkit.load()
  const padding = '# a comment\n'.repeat(500)
  try {
    toolkit.parseManifest(`${padding}CALL_METHOD Address("nowhere") "x";`)
    expect.unreachable()
  } catch (error) {
    expect(String(error).length).toBeLessThan(1000)
  }
})

test('executes what simulated people write as the toolkit would read it', async () => {
  const toolkit = await Toolkit.load()
  const amounts = new Map([[ADDRESSES.tokens.xUSDC ?? '', Decimal.parse('1.5')]])
  for (const steps of [
    people.updatePrices(amounts),
    people.repayLoans(ADDRESSES.faucetAccount, '#1#', amounts),
    people.exploit(ADDRESSES.faucetAccount, '#7#', { collaterals: amounts, loans: amounts, takeBack: amounts }),
    people.liquidateWithOwnFunds(ADDRESSES.competitorAccount, '#1#', ADDRESSES.xrd, Decimal.ONE),
    people.setService('pool', 'FlashLoan', 'Global', false),
  ])
    expect(toolkit.parseManifest(manifestText(steps))).toEqual(steps)
})
