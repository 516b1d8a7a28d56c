import { setTimeout as sleep } from 'node:timers/promises'
import { Decimal, ResourceAddress } from '@weft/domain'
import type { Running } from '../run-scenario.ts'
import type { Stack } from '../stack.ts'
import type { ScenarioStep } from './scenario.ts'

/** XRD per whole unit by symbol, as the feed had it before the scenario began. */
export async function startingPrices(stack: Stack): Promise<ReadonlyMap<string, string>> {
  const { ledger } = stack.deps.dispatcher
  const market = await ledger.marketSnapshot(await ledger.syncPoint())
  return new Map(
    Object.entries(stack.ledger.addresses.tokens).flatMap(([symbol, address]) => {
      const reading = market.prices.get(ResourceAddress.parse(address))
      const price = reading?.feed?.value ?? reading?.cached?.value
      return price ? [[symbol, price.toString()] as const] : []
    }),
  )
}

/** Plays the steps at their times, then waits for the end of the scripted part. */
export async function playSteps(running: Running, stop: AbortSignal | undefined): Promise<void> {
  const startedAtMs = performance.now()
  const until = async (atMs: number) => {
    const ms = atMs - (performance.now() - startedAtMs)
    if (ms > 0 && !stop?.aborted) await sleep(ms, undefined, stop ? { signal: stop } : {}).catch(ignoreAbort)
  }
  for (const step of running.scenario.steps) {
    await until(step.atMs)
    if (stop?.aborted) return
    await playStep(step, running, stop)
  }
  await until(running.scenario.scriptMs)
}

async function playStep(step: ScenarioStep, running: Running, stop: AbortSignal | undefined): Promise<void> {
  const { stack, initialPrices, activity } = running
  const { control } = stack.ledger
  switch (step.kind) {
    case 'scale-prices': {
      await control.setPrices(scaled(step.factors, initialPrices), { feedOnly: step.feedOnly ?? false })
      return
    }
    case 'set-prices':
      await control.setPrices(step.prices, { feedOnly: step.feedOnly ?? false })
      return
    case 'advance-time':
      stack.clock.advance(step.ms)
      return
    case 'halt':
      await control.haltClock(step.halted)
      return
    case 'faults':
      await stack.ledger.setFaults(step.faults)
      return
    case 'open-cdp':
      await control.openCdp({ name: step.name, collaterals: step.collaterals, loans: step.loans })
      return
    case 'exploit-price':
      await control.exploitPrice({ collaterals: step.collaterals, loans: step.loans, takeBack: step.takeBack })
      return
    case 'await-run': {
      const before = activity.runs.dispatched
      while (activity.runs.dispatched === before && !stop?.aborted) await sleep(200)
      return
    }
    case 'actors':
      await control.startActors({
        borrowers: { probability: step.borrowers, actionsPerRound: 3 },
        competitor: { probability: step.competitor },
      })
      return
  }
}

/** Symbols that the ledger does not list are left out: a scenario may name more assets than a market has. */
function scaled(
  factors: Readonly<Record<string, string>>,
  prices: ReadonlyMap<string, string>,
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(factors).flatMap(([symbol, factor]) => {
      const price = prices.get(symbol)
      return price ? [[symbol, Decimal.parse(price).times(Decimal.parse(factor)).toString()]] : []
    }),
  )
}

function ignoreAbort(error: unknown): void {
  if (!(error instanceof Error && error.name === 'AbortError')) throw error
}
