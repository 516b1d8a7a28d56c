import { expect, test } from 'vitest'
import type { SborValue } from '../sbor.ts'
import { decodeSbor } from '../sbor-codec.ts'
import { STORES } from './addressbook.ts'
import type { Ledger } from './control.ts'
import { createLedger } from './ledger.ts'
import { instantLedger } from './testing/ledgers.ts'

const START = Date.UTC(2026, 8, 1)

function decimalField(value: SborValue | undefined, name: string): string | undefined {
  if (value?.kind !== 'Tuple') return undefined
  const field = value.fields.find((each) => each.fieldName === name)
  return field?.kind === 'Decimal' ? field.value : undefined
}

function cachedOrFeedPrice(ledger: Ledger, store: string, resource: string, at: number): string | undefined {
  const key = ledger.keyValueStoreKeys(store, at, 0, 100).entries.find((entry) => {
    return entry.key.kind === 'Reference' && entry.key.value === resource
  })
  const entry = key && ledger.keyValueStoreEntry(store, key.keyHex, at)
  return decimalField(entry?.value, store === STORES.feedPrices ? 'price' : 'cached_value')
}

test('numbers every change of the ledger, without gaps, round updates included', async () => {
  const ledger = await instantLedger({ cdps: 20 })
  ledger.control.advanceRound(5)
  ledger.control.setPrices({ HUG: '0.0002' })
  const tip = ledger.tip().stateVersion
  const versions = Array.from({ length: tip }, (_, i) => ledger.transactionAt(i + 1))
  expect(versions.map((each) => each?.stateVersion)).toEqual(Array.from({ length: tip }, (_, i) => i + 1))
  expect(new Set(versions.map((each) => each?.kind))).toEqual(new Set(['genesis', 'round-update', 'user']))
  expect(ledger.transactionAt(tip + 1)).toBeUndefined()
  expect(ledger.stateAt(0)).toBeUndefined()
})

test('answers for a former state version as it was then', async () => {
  const ledger = await instantLedger({ genesis: { cdps: [{ collaterals: { XRD: '1000' }, loans: { xUSDC: '1' } }] } })
  const { HUG = '' } = ledger.addresses.tokens
  const before = ledger.tip().stateVersion
  const oldPrice = cachedOrFeedPrice(ledger, STORES.feedPrices, HUG, before)
  const oldCdp = JSON.stringify(ledger.nonFungible(ledger.addresses.cdpResource, '#1#', before), bigintsAsText)
  ledger.control.setPrices({ HUG: '7' })
  ledger.control.closeCdp('#1#')
  const after = ledger.tip().stateVersion

  expect(cachedOrFeedPrice(ledger, STORES.feedPrices, HUG, before)).toBe(oldPrice)
  expect(cachedOrFeedPrice(ledger, STORES.feedPrices, HUG, after)).toBe('7')
  expect(JSON.stringify(ledger.nonFungible(ledger.addresses.cdpResource, '#1#', before), bigintsAsText)).toBe(oldCdp)
  const burned = ledger.nonFungible(ledger.addresses.cdpResource, '#1#', after)
  expect(burned).toMatchObject({ isBurned: true, data: undefined })
  expect(burned?.lastUpdatedAtStateVersion).toBe(after)
  expect(ledger.nonFungibleLocation(ledger.addresses.cdpResource, '#1#', before)?.globalAncestor).toMatch(/^account_/)
  expect(ledger.nonFungibleLocation(ledger.addresses.cdpResource, '#1#', after)).toMatchObject({
    isBurned: true,
    vault: undefined,
  })
})

test('lists CDP ids oldest first, burned ones included, and old lists as prefixes of newer ones', async () => {
  const ledger = await instantLedger({ cdps: 60 })
  const { cdpResource } = ledger.addresses
  const before = ledger.tip().stateVersion
  const old = ledger.nonFungibleIds(cdpResource, before, 0, 1000)
  expect(old.totalMinted).toBeGreaterThan(60)
  const id = ledger.control.openCdp({ collaterals: { XRD: '1000' }, loans: { XRD: '10' } })
  const now = ledger.nonFungibleIds(cdpResource, ledger.tip().stateVersion, 0, 1000)
  expect(now.ids).toEqual([...old.ids, id])
  expect(ledger.nonFungibleIds(cdpResource, before, 0, 1000)).toEqual(old)
  const burned = old.ids.filter((each) => ledger.nonFungible(cdpResource, each, before)?.isBurned)
  expect(burned.length).toBe(old.totalMinted - 60)
  expect(ledger.nonFungible(cdpResource, '#9999#', before)).toBeUndefined()
  expect(ledger.nonFungible(cdpResource, 'x', before)).toBeUndefined()
})

test('finds states by time, by epoch and by round', async () => {
  const ledger = await instantLedger({ epochMs: 10_000 })
  ledger.control.advanceRound(25)
  const { epoch } = ledger.tip()
  const genesisEpoch = ledger.stateAt(1)?.epoch ?? 0
  expect(epoch).toBe(genesisEpoch + 2)
  const first = ledger.stateAtEpoch(genesisEpoch + 1)
  expect(first).toMatchObject({ epoch: genesisEpoch + 1, round: 1 })
  expect(ledger.transactionAt(first?.stateVersion ?? 0)?.kind).toBe('epoch-change')
  const third = ledger.stateAtEpoch(genesisEpoch + 1, 3)
  expect(third).toMatchObject({ epoch: genesisEpoch + 1, round: 3 })
  expect(ledger.stateAtEpoch(genesisEpoch + 1, 99)).toBeUndefined()
  expect(ledger.stateAtEpoch(epoch + 1)).toBeUndefined()
  const atTime = ledger.stateAtTime((third?.timestampMs ?? 0) + 999)
  expect(atTime?.round).toBe(3)
  expect(ledger.stateAtTime(START - 1)).toBeUndefined()
})

test('shows every store that the market names, under keys that decode to what they say', async () => {
  const ledger = await createLedger({ seed: 3, cdps: 200, roundMs: 0, startTimeMs: START })
  const at = ledger.tip().stateVersion
  for (const [name, store] of Object.entries(STORES)) {
    expect(ledger.entity(store, at)).toEqual({ kind: 'key-value-store' })
    for (const { keyHex } of ledger.keyValueStoreKeys(store, at, 0, 1000).entries) {
      expect(decodeSbor(keyHex), name).toBeDefined()
      expect(ledger.keyValueStoreEntry(store, keyHex, at)?.keyHex).toBe(keyHex)
    }
  }
  const poolKeys = ledger.keyValueStoreKeys(STORES.poolStates, at, 0, 100)
  expect(poolKeys.totalCount).toBe(Object.keys(ledger.addresses.depositUnits).length)
})

test('keeps the books: every pool holds what it lent out less than what it owes', async () => {
  const ledger = await createLedger({ seed: 5, cdps: 300, roundMs: 0, startTimeMs: START })
  ledger.control.startActors({ borrowers: { probability: 0.7 }, competitor: { probability: 0.5 } })
  ledger.control.advanceRound(50)
  ledger.control.advanceTime(2 * 86_400_000)
  ledger.control.advanceRound(150)
  const at = ledger.tip().stateVersion
  const pool = ledger.entity(ledger.addresses.pool, at)
  if (pool?.kind !== 'component') throw new Error('no pool')
  const vaults = new Map(pool.fungibles.map(({ vault, amount }) => [vault, Number(amount)]))
  for (const { keyHex } of ledger.keyValueStoreKeys(STORES.poolStates, at, 0, 100).entries) {
    const state = ledger.keyValueStoreEntry(STORES.poolStates, keyHex, at)?.value
    if (state?.kind !== 'Tuple') throw new Error('no state')
    const field = (name: string) => state.fields.find((each) => each.fieldName === name)
    const liquidity = field('liquidity')
    const held = vaults.get(liquidity?.kind === 'Own' ? liquidity.value : '') ?? 0
    const lent = Number(decimalField(field('loan_state'), 'total'))
    const deposited = Number(decimalField(field('deposit_state'), 'total'))
    const pending = Number(decimalField(state, 'pending_protocol_fee_amount'))
    expect(held + lent).toBeCloseTo(deposited + pending, 2)
  }
})

test('gives the same history for the same seed and calls, and another for another seed', async () => {
  const digests = await Promise.all([7, 7, 8].map(actedOutDigest))
  expect(digests[0]).toBe(digests[1])
  expect(digests[0]).not.toBe(digests[2])
})

async function actedOutDigest(seed: number): Promise<string> {
  const ledger = await createLedger({
    seed,
    cdps: 150,
    roundMs: 0,
    genesis: { priceDebounceSeconds: 0 },
  })
  ledger.control.startActors({ borrowers: { probability: 0.5 }, competitor: { probability: 0.3 } })
  ledger.control.schedulePrices([{ atMs: 20_000, prices: { xUSDC: '320', xUSDT: '325' } }])
  ledger.control.advanceRound(60)
  const { historyDigest, liquidations } = ledger.control.summary()
  expect(liquidations.length).toBeGreaterThan(0)
  return historyDigest
}

test('of two ledgers of one seed on clocks of their own, what was done is the same; of another seed, or another script, it is not', async () => {
  const lived = async (seed: number, idleRounds: number, price = '320') => {
    const ledger = await createLedger({ seed, cdps: 150, roundMs: 0, clock: Date })
    ledger.control.advanceRound(idleRounds)
    ledger.control.fundAccount(ledger.addresses.faucetAccount, { XRD: '100' })
    ledger.control.advanceRound(idleRounds)
    ledger.control.setPrices({ xUSDC: price })
    return { ...ledger.control.digests(), historyDigest: ledger.control.summary().historyDigest }
  }
  const first = await lived(7, 1)
  const { historyDigest, ...second } = await lived(7, 3)
  expect(historyDigest).not.toBe(first.historyDigest)
  expect(first).toMatchObject(second)
  const otherSeed = await lived(8, 1)
  const otherScript = await lived(7, 1, '321')
  expect(otherSeed.genesis).not.toBe(first.genesis)
  expect(otherScript.genesis).toBe(first.genesis)
  expect(otherScript.script).not.toBe(first.script)
  for (const other of [otherSeed, otherScript]) expect(other.transactions).not.toBe(first.transactions)
})

test('holds 100 000 CDPs', async () => {
  const ledger = await createLedger({ seed: 1, cdps: 100_000, roundMs: 0, startTimeMs: START })
  const summary = ledger.control.summary()
  expect(summary.cdps).toBe(100_000)
  expect(summary.liquidatable).toEqual([])
  const { totalMinted } = ledger.nonFungibleIds(ledger.addresses.cdpResource, 3, 0, 1)
  expect(totalMinted).toBe(100_000 + summary.burned)
  expect(summary.burned).toBeGreaterThan(3_000)
}, 120_000)

test('stands still while halted, and goes on with prices as old as the halt', async () => {
  const ledger = await instantLedger({ cdps: 10 })
  const before = ledger.control.summary()
  ledger.control.haltClock(true)
  expect(() => ledger.control.setPrices({ HUG: '1' })).toThrow(/halted/)
  expect(ledger.control.summary()).toEqual(before)
  ledger.control.advanceTime(11 * 86_400_000)
  ledger.control.haltClock(false)
  ledger.control.advanceRound()
  expect(ledger.tip().epoch).toBe(before.epoch + 1)
  const { HUG = '' } = ledger.addresses.tokens
  const receipt = () =>
    ledger.preview({
      manifest: `CALL_METHOD Address("${ledger.addresses.market}") "get_price" Array<Address>(Address("${HUG}"));`,
      signerPublicKeys: [],
      useFreeCredit: true,
      assumeAllSignatureProofs: false,
      skipEpochCheck: true,
      startEpochInclusive: 1,
      endEpochExclusive: 2,
      nonce: 1,
      tipPercentage: 0,
    })
  expect(await receipt()).toMatchObject({ status: 'Failed', errorMessage: expect.stringMatching(/PriceExpired/) })
  ledger.control.advanceRound(600)
  expect((await receipt()).status).toBe('Succeeded')
})

test('makes rounds by itself when it is given a round length, until it is closed', async () => {
  const ledger = await createLedger({ seed: 1, cdps: 5, roundMs: 5 })
  const genesis = ledger.tip().stateVersion
  await expect.poll(() => ledger.tip().stateVersion).toBeGreaterThan(genesis + 3)
  ledger.close()
  const closed = ledger.tip().stateVersion
  await new Promise((resolve) => setTimeout(resolve, 50))
  expect(ledger.tip().stateVersion).toBe(closed)
})

test('follows the clock it is given, but never backwards', async () => {
  let nowMs = START
  const ledger = await createLedger({ seed: 1, cdps: 0, roundMs: 0, clock: { now: () => nowMs } })
  nowMs += 12_345
  ledger.control.advanceRound()
  expect(ledger.tip().timestampMs).toBe(START + 12_345)
  nowMs -= 5_000
  ledger.control.advanceRound()
  expect(ledger.tip().timestampMs).toBe(START + 12_345)
})

function bigintsAsText(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? String(value) : value
}
