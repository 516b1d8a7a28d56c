import { Random } from '../engine/random.ts'
import type { Fault, FaultPlan, FaultRule, Latency, UnknownShape } from './fault-plan.ts'

/** What was drawn for one request. */
export interface DrawnFaults {
  readonly delayMs: number
  readonly lagVersions: number
  readonly unknownShapes: readonly UnknownShape[]
  /** What the request is answered with instead of its answer. */
  readonly instead: Exclude<Fault, { kind: 'latency' | 'lagging-replica' | 'unknown-shape' }> | undefined
}

/** Draws the faults of a plan, request by request: the same plan and the same requests in the same order meet the same faults. */
export class FaultDice {
  readonly #random: Random
  readonly #rules: readonly { readonly rule: FaultRule; left: number }[]

  constructor(plan: FaultPlan) {
    this.#random = new Random(plan.seed, 'gateway-faults')
    this.#rules = plan.rules.map((rule) => ({ rule, left: rule.times ?? Number.POSITIVE_INFINITY }))
  }

  draw(endpoint: string): DrawnFaults {
    let delayMs = 0
    let lagVersions = 0
    const unknownShapes: UnknownShape[] = []
    let instead: DrawnFaults['instead']
    for (const entry of this.#rules) {
      const { rule } = entry
      if (rule.endpoint !== '*' && rule.endpoint !== endpoint) continue
      if (entry.left === 0 || !this.#random.chance(rule.probability)) continue
      entry.left -= 1
      if (rule.fault.kind === 'latency') delayMs += this.#latency(rule.fault)
      else if (rule.fault.kind === 'lagging-replica') lagVersions = Math.max(lagVersions, rule.fault.versions)
      else if (rule.fault.kind === 'unknown-shape') unknownShapes.push(rule.fault)
      else instead ??= rule.fault
    }
    return { delayMs, lagVersions, unknownShapes, instead }
  }

  #latency(latency: Latency): number {
    const sigma = Math.log(latency.p95Ms / latency.medianMs) / NORMAL_P95
    return latency.medianMs * Math.exp(sigma * this.#standardNormal())
  }

  /** Box–Muller. */
  #standardNormal(): number {
    const radius = Math.sqrt(-2 * Math.log(1 - this.#random.fraction()))
    return radius * Math.cos(2 * Math.PI * this.#random.fraction())
  }
}

/** The 95th percentile of the standard normal distribution. */
const NORMAL_P95 = 1.6448536269514722
