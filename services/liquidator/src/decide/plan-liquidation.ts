import {
  type CdpHealth,
  type Clock,
  Decimal,
  type ExitQuote,
  type ExitVenue,
  type LiquidationPolicy,
  Planning,
  type PlanVerdict,
  type QuoteRequest,
  type ResourceAddress,
} from '@weft/domain'
import type { EventLog } from '@weft/telemetry'
import type { LiquidatorDeps } from '../deps.ts'
import type { LiquidatorEvent } from '../events.ts'
import type { TipReading } from '../reading/tip-reading.ts'

export interface PlanDeps {
  /** In the order in which they are asked. */
  readonly venues: readonly ExitVenue[]
  readonly policy: LiquidationPolicy
  readonly spendable: LiquidatorDeps['spendable']
  readonly clock: Clock
  readonly log: EventLog<LiquidatorEvent>
}

/**
 * Asks the venues what the choice needs to know, then lets the domain choose: which debt, how funded, which collateral, which way out.
 * @param lossesTodayXrd what protocol mode has lost within a day, for what is left of its budget.
 */
export async function planLiquidation(
  at: TipReading,
  health: CdpHealth,
  balances: ReadonlyMap<ResourceAddress, Decimal>,
  lossesTodayXrd: Decimal,
  deps: PlanDeps,
): Promise<PlanVerdict> {
  const budgetXrd = deps.policy.protocolMode?.maxLossPerDayXrd
  const planning = new Planning({
    cdp: at.cdp,
    health,
    market: at.market,
    nftContents: at.nfts,
    balances,
    spendable: await deps.spendable(balances.keys()),
    policy: deps.policy,
    nowMs: deps.clock.now(),
    ...(at.doubted ? { doubted: at.doubted } : {}),
    ...(budgetXrd ? { lossBudgetLeftXrd: Decimal.max(budgetXrd.minus(lossesTodayXrd), Decimal.ZERO) } : {}),
  })
  for (let wanted = planning.wanted(); wanted.length > 0; wanted = planning.wanted())
    planning.answer(await quotesFor(wanted, deps))
  return planning.verdict()
}

/** The first venue that has a route answers; the next is asked only for what is still open. */
async function quotesFor(requests: readonly QuoteRequest[], deps: PlanDeps): Promise<readonly ExitQuote[]> {
  const quotes: ExitQuote[] = []
  let open = requests
  for (const venue of deps.venues) {
    if (open.length === 0) break
    const answers = await answersOf(venue, open, deps)
    quotes.push(...answers.filter((answer) => answer !== undefined))
    open = open.filter((_, index) => answers[index] === undefined)
  }
  return quotes
}

/** A venue that does not answer is left out, never guessed: its swaps are not planned. */
async function answersOf(
  venue: ExitVenue,
  requests: readonly QuoteRequest[],
  deps: PlanDeps,
): Promise<readonly (ExitQuote | undefined)[]> {
  try {
    return await venue.quotes(requests)
  } catch (error) {
    deps.log.emit({ event: 'liquidator.venue_unanswering', venue: venue.name }, error)
    return []
  }
}
