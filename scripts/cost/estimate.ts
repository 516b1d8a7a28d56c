import { Decimal } from '@weft/domain/decimal'
import { catalogueEntry } from './catalogue.ts'
import type { PlanSummary } from './plan-summary.ts'
import type { Assume, PriceTable } from './price-table.ts'
import { type Scenarios, scenariosOf, type Workload } from './traffic.ts'

/** US dollars a month. */
export interface MonthlyUsd {
  readonly idle: Decimal
  readonly stress: Decimal
}

export interface BillLine extends MonthlyUsd {
  readonly address: string
  readonly type: string
  readonly what: string
  readonly price: string
  readonly verified: boolean
}

export interface Estimate {
  readonly environment: string
  readonly region: string
  readonly workload: Workload
  readonly scenarios: Scenarios
  /** Most expensive at idle first. */
  readonly lines: readonly BillLine[]
  readonly total: MonthlyUsd
  /** By resource type, most expensive in either scenario first. */
  readonly byType: readonly (MonthlyUsd & { readonly type: string; readonly count: number })[]
  readonly free: readonly { readonly type: string; readonly count: number; readonly why: string }[]
  /** Billed or unknown types that nobody has priced: the total is too low by them. */
  readonly unpriced: readonly { readonly address: string; readonly type: string; readonly why: string }[]
}

/** Prices every resource of the plan; each one ends in `lines`, in `free` or in `unpriced`. @throws {PriceMissingError} */
export function estimate(plan: PlanSummary, workload: Workload, prices: PriceTable, assume: Assume): Estimate {
  const scenarios = scenariosOf(workload, plan, assume)
  const lines: BillLine[] = []
  const free = new Map<string, { type: string; count: number; why: string }>()
  const unpriced: { address: string; type: string; why: string }[] = []
  const counts = new Map<string, number>()

  for (const resource of plan.resources) {
    const { address, type } = resource
    const entry = catalogueEntry(type)
    if (entry === undefined) {
      unpriced.push({ address, type, why: 'type unknown; add it to scripts/cost/catalogue.ts' })
      continue
    }
    if (entry.kind === 'free') {
      free.set(type, { type, count: (free.get(type)?.count ?? 0) + 1, why: entry.why })
      continue
    }
    const charges = entry.charges(resource, { plan, assume })
    if (charges === undefined) {
      unpriced.push({ address, type, why: 'a billed type, but no traffic is known for this one' })
      continue
    }
    counts.set(type, (counts.get(type) ?? 0) + 1)
    for (const { what, price, quantity } of charges) {
      const { usd, verified } = prices.of(price)
      const cost = (traffic: Scenarios['idle']) => quantity(traffic).times(usd)
      lines.push({ address, type, what, price, verified, idle: cost(scenarios.idle), stress: cost(scenarios.stress) })
    }
  }

  return {
    environment: plan.environment,
    region: prices.region,
    workload,
    scenarios,
    lines: lines.sort((a, b) => b.idle.compareTo(a.idle) || b.stress.compareTo(a.stress)),
    total: sumOf(lines),
    byType: [...counts]
      .map(([type, count]) => ({ type, count, ...sumOf(lines.filter((line) => line.type === type)) }))
      .sort((a, b) => Decimal.max(b.idle, b.stress).compareTo(Decimal.max(a.idle, a.stress))),
    free: [...free.values()],
    unpriced,
  }
}

function sumOf(lines: readonly MonthlyUsd[]): MonthlyUsd {
  return {
    idle: Decimal.sum(lines.map(({ idle }) => idle)),
    stress: Decimal.sum(lines.map(({ stress }) => stress)),
  }
}
