import { setTimeout as sleep } from 'node:timers/promises'
import { Decimal, type PinnedLedger, ResourceAddress } from '@weft/domain'
import type { RemoteControl } from '../ledger/protocol.ts'
import type { Running } from '../running.ts'
import type { ScenarioStep } from './scenario.ts'

/** XRD per whole unit by symbol, as the feed had it before the scenario began. @param tokens symbol → resource. */
export async function startingPrices(
  ledger: Pick<PinnedLedger, 'syncPoint' | 'marketSnapshot'>,
  tokens: Readonly<Record<string, string>>,
): Promise<ReadonlyMap<string, string>> {
  const market = await ledger.marketSnapshot(await ledger.syncPoint())
  return new Map(
    Object.entries(tokens).flatMap(([symbol, address]) => {
      const reading = market.prices.get(ResourceAddress.parse(address))
      const price = reading?.feed?.value ?? reading?.cached?.value
      return price ? [[symbol, price.toString()] as const] : []
    }),
  )
}

/** Plays the steps at their times on the stack's clock, then waits for the end of the scripted part. */
export async function playSteps(running: Running, stop: AbortSignal | undefined): Promise<void> {
  const { clock } = running.stack
  running.scriptStartedAtMs = clock.now()
  const until = (atMs: number) => clock.reaches(running.scriptStartedAtMs + atMs, stop)
  for (const step of running.scenario.steps) {
    await until(step.atMs)
    if (stop?.aborted) return
    await playStep(step, running, stop)
  }
  await until(running.scenario.scriptMs)
}

async function playStep(step: ScenarioStep, running: Running, stop: AbortSignal | undefined): Promise<void> {
  const { stack, initialPrices, activity } = running
  switch (step.kind) {
    case 'advance-time':
      // Ledger and liquidator are not of one mind for a moment; each takes the other's clock for wrong, and nothing is sent.
      running.scriptStartedAtMs += step.ms
      stack.clock.advance(step.ms)
      await running.liquidator.advanceClock(step.ms)
      return
    case 'halt':
      // Nobody may ask it for a round from before it stands still until it goes on.
      running.isLedgerHalted = true
      await stack.ledger.control.haltClock(step.halted)
      running.isLedgerHalted = step.halted
      return
    case 'faults':
      await stack.ledger.setFaults(step.faults)
      return
    case 'await-run': {
      const before = activity.runs.dispatched
      while (activity.runs.dispatched === before && !stop?.aborted) await sleep(200)
      return
    }
    case 'cross-thresholds':
      return crossThresholds(step, running, stop)
    default:
      return moveWorld(step, stack.ledger.control, initialPrices)
  }
}

/** A step that only the ledger notices. */
export type WorldStep = Extract<
  ScenarioStep,
  { kind: 'scale-prices' | 'set-prices' | 'open-cdp' | 'exploit-price' | 'actors' }
>

export async function moveWorld(
  step: WorldStep,
  control: Pick<RemoteControl, 'setPrices' | 'openCdp' | 'exploitPrice' | 'startActors'>,
  initialPrices: ReadonlyMap<string, string>,
): Promise<void> {
  switch (step.kind) {
    case 'scale-prices':
      await control.setPrices(scaled(step.factors, initialPrices), { feedOnly: step.feedOnly ?? false })
      return
    case 'set-prices':
      await control.setPrices(step.prices, { feedOnly: step.feedOnly ?? false })
      return
    case 'open-cdp':
      await control.openCdp({ name: step.name, collaterals: step.collaterals, loans: step.loans })
      return
    case 'exploit-price':
      await control.exploitPrice({ collaterals: step.collaterals, loans: step.loans, takeBack: step.takeBack })
      return
    case 'actors':
      await control.startActors({
        borrowers: { probability: step.borrowers, actionsPerRound: 3 },
        competitor: { probability: step.competitor },
      })
      return
  }
}

/** About as often as a run looks, at rate 1. The real feed moves every few minutes; more often than this, hardly a liquidation would end at the prices it began with. */
const DRIFT_EVERY_MS = 5_000

/**
 * A CDP of liquidation LTV x crosses when prices stand at 1/x of their start, so with LTVs evenly spread, x falls at an even pace.
 * Paced by the clock and not by the ledger's answers: a slow machine may not slow the world down.
 */
async function crossThresholds(
  { crowd, perMinute, symbols }: Extract<ScenarioStep, { kind: 'cross-thresholds' }>,
  { stack, initialPrices }: Running,
  stop: AbortSignal | undefined,
): Promise<void> {
  const [least, most] = crowd.liquidationLtv.map(Decimal.parse) as [Decimal, Decimal]
  const count = stack.options.cdps * Number(crowd.share)
  const stepCount = Math.ceil((count / perMinute) * (60_000 / DRIFT_EVERY_MS))
  const startedAtMs = stack.clock.now()
  for (let step = 1; step <= stepCount && !stop?.aborted; step += 1) {
    await stack.clock.reaches(startedAtMs + step * DRIFT_EVERY_MS, stop)
    const done = Decimal.fromInteger(step).dividedBy(Decimal.fromInteger(stepCount))
    const crossed = most.minus(most.minus(least).times(done))
    const factor = Decimal.ONE.dividedBy(crossed).toString()
    await stack.ledger.control.setPrices(
      scaled(Object.fromEntries(symbols.map((symbol) => [symbol, factor])), initialPrices),
    )
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
