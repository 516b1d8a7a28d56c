import { Decimal } from '@weft/domain/decimal'
import type { PlanSummary } from './plan-summary.ts'
import type { Assume } from './price-table.ts'

/** What the operator asks about. */
export interface Workload {
  /** Ids from 1 to the highest ever minted. */
  readonly positions: number
  readonly cadenceSeconds: number
}

/** What one scenario does in a month; counts are exact Decimals since averages are fractions. */
export interface Traffic {
  readonly runs: Decimal
  /** Range jobs, all runs together. */
  readonly ranges: Decimal
  /** Ids read, all runs together. */
  readonly readings: Decimal
  /** Candidates that end stale or unprofitable. */
  readonly declined: Decimal
  /** Attempts at a liquidation, rejected ones included. */
  readonly attempts: Decimal
  /** Task-hours beyond the one base task. */
  readonly burstTaskHours: Decimal
  /** How much chattier the logs are than on a quiet day. */
  readonly logFactor: Decimal
  readonly alarmMails: Decimal
}

export interface Scenarios {
  readonly idle: Traffic
  readonly stress: Traffic
  /** Tasks that must run at once to finish a run before the next; above `maxTasks` the plan cannot keep the cadence. */
  readonly tasksForCadence: Decimal
  /** `undefined` for a plan without indexers. */
  readonly maxTasks: number | undefined
}

/**
 * *Idle* is a quiet month: every run judges every position, few liquidations. *Stress* is the same month with a day of crisis in it:
 * the indexers at their ceiling for all its hours, a peer protocol's peak rate of liquidations throughout, one burst of ten times
 * that rate, and one price update that puts 30 % of all positions under water; most submissions fail and are repeated.
 */
export function scenariosOf(workload: Workload, plan: PlanSummary, assume: Assume): Scenarios {
  const number = (value: number) => Decimal.fromInteger(value)
  const rangeSize = numberSetting(plan, 'aws_lambda_function', 'rangeSize') ?? 1000
  const maxTasks = numberSetting(plan, 'aws_appautoscaling_target', 'maxTasks')
  const burstTasks = number(Math.max(0, (maxTasks ?? 1) - 1))
  const rangesPerRun = number(Math.ceil(workload.positions / rangeSize))
  const secondsPerMonth = assume('hoursPerMonth').times(number(3600))
  const runs = secondsPerMonth.dividedBy(number(workload.cadenceSeconds))

  const taskSecondsPerRun = number(workload.positions).times(assume('indexerSecondsPer1000Ids')).dividedBy(number(1000))
  const cadence = number(workload.cadenceSeconds)
  // The base task takes what fits between two runs; Spot takes the rest, up to the ceiling.
  const wantedBurst = Decimal.max(Decimal.ZERO, taskSecondsPerRun.minus(cadence)).times(assume('spotOverhead'))
  const burstSeconds = Decimal.min(wantedBurst, cadence.times(burstTasks))
  const idleBurstHours = runs.times(burstSeconds).dividedBy(number(3600))

  const idle: Traffic = {
    runs,
    ranges: runs.times(rangesPerRun),
    readings: runs.times(number(workload.positions)),
    declined: runs.times(assume('declinedCandidatesPerRun')),
    attempts: assume('liquidationsPerMonth'),
    burstTaskHours: idleBurstHours,
    logFactor: Decimal.ONE,
    alarmMails: assume('alarmMailsPerMonth'),
  }

  const stressHours = assume('stressHours')
  const shocked = number(workload.positions).times(assume('stressShareOfPositions'))
  const stressLiquidations = Decimal.sum([
    stressHours.times(number(60)).times(assume('stressLiquidationsPerMinute')),
    assume('stressBurstLiquidations'),
    shocked,
  ])
  // Subtracted rather than multiplied by the quiet share: truncation then never makes the stress month the cheaper one.
  const quietBurstHours = idleBurstHours.minus(idleBurstHours.times(stressHours).dividedBy(assume('hoursPerMonth')))
  const stress: Traffic = {
    ...idle,
    attempts: idle.attempts.plus(stressLiquidations.times(assume('stressAttemptsPerLiquidation'))),
    // A position is queued again by every run until it is dealt with: once more each, on average.
    declined: idle.declined.plus(stressLiquidations),
    burstTaskHours: quietBurstHours.plus(stressHours.times(burstTasks)),
    logFactor: assume('stressLogFactor'),
    alarmMails: assume('stressAlarmMails'),
  }
  return { idle, stress, tasksForCadence: taskSecondsPerRun.dividedBy(cadence), maxTasks }
}

function numberSetting(plan: PlanSummary, type: string, setting: string): number | undefined {
  for (const resource of plan.resources) {
    const value = resource.type === type ? resource.settings[setting] : undefined
    if (value !== undefined && Number.isSafeInteger(Number(value))) return Number(value)
  }
  return undefined
}
