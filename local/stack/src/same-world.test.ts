import { createLedger, type Ledger, type LedgerControl, startLedgerServer } from '@weft/ledger'
import { expect, test } from 'vitest'
import { readerOf } from '../test/reader.ts'
import { SLICE_MS } from './pass-idle-time.ts'
import { moveWorld, startingPrices } from './scenarios/play.ts'
import { scenarioNamed } from './scenarios/scenarios.ts'

/** What a round lasts that is made by hand. */
const ROUND_MS = 1_000

/**
 * The world of a scenario without our services, on a clock of its own: people, competitor, exchange and every liquidation among them.
 * Services submit in real time, which no machine repeats; what a run with them has in common is in `same-seed.e2e.test.ts`.
 */
async function worldOf(name: string, seed: number): Promise<{ historyDigest: string; liquidations: number }> {
  const { steps, genesis, scriptMs } = scenarioNamed(name)
  const ledger = await createLedger({
    seed,
    cdps: 120,
    roundMs: 0,
    genesis: { ...genesis, priceDebounceSeconds: 0 },
  })
  const { control } = ledger
  const prices = await pricesOf(ledger)
  // Besides those of the script: without anybody a crash would be a list of prices.
  control.startActors({ borrowers: { probability: 0.3 }, competitor: { probability: 0.3 } })
  let passedMs = 0
  const until = (ms: number) => {
    for (; passedMs < ms; passedMs += SLICE_MS) {
      control.advanceTime(SLICE_MS - ROUND_MS)
      control.advanceRound()
    }
  }
  for (const step of steps) {
    until(step.atMs)
    if (step.kind !== 'scale-prices' && step.kind !== 'actors')
      throw new Error(`${name} does more than this test: ${step.kind}.`)
    await moveWorld(step, promised(control), prices)
  }
  until(scriptMs)
  const { historyDigest, liquidations } = control.summary()
  ledger.close()
  return { historyDigest, liquidations: liquidations.length }
}

async function pricesOf(ledger: Ledger): Promise<ReadonlyMap<string, string>> {
  const server = await startLedgerServer(ledger, { port: 0 })
  try {
    return await startingPrices(readerOf(ledger, server.url), ledger.addresses.tokens)
  } finally {
    await server.close()
  }
}

/** The controls as the stack has them from another thread. */
function promised(control: LedgerControl): Parameters<typeof moveWorld>[1] {
  return {
    setPrices: async (...args) => control.setPrices(...args),
    openCdp: async (...args) => control.openCdp(...args),
    exploitPrice: async (...args) => control.exploitPrice(...args),
    startActors: async (...args) => control.startActors(...args),
  }
}

test.each(['calm', 'xrd-crash', 'depeg', 'churn', 'flaky-gateway'])(
  '%s: the same seed gives the same ledger history twice, another seed another one',
  async (name) => {
    const [first, again, other] = await Promise.all([worldOf(name, 7), worldOf(name, 7), worldOf(name, 8)])
    expect(again).toEqual(first)
    expect(other.historyDigest).not.toBe(first.historyDigest)
    if (name !== 'calm' && name !== 'depeg') expect(first.liquidations).toBeGreaterThan(0)
  },
)
