import { z } from 'zod'

const milliseconds = z.int().nonnegative().max(600_000)
const probability = z.number().min(0).max(1)

/** Whether only the answer was lost: a submission that was carried out all the same is what clients must be able to repeat. */
const carriedOut = z.boolean().default(false)

/** What can befall one request. Latency adds up and goes with any other; of the others, the first one drawn decides the answer. */
const Fault = z.discriminatedUnion('kind', [
  /** Log-normal, the usual shape of response times; equal figures make it constant. */
  z
    .strictObject({ kind: z.literal('latency'), medianMs: milliseconds.min(1), p95Ms: milliseconds.min(1) })
    .refine(({ medianMs, p95Ms }) => p95Ms >= medianMs, 'p95Ms must not be below medianMs'),
  /** 429 as a rate limiter in front of the Gateway sends it: no JSON. */
  z.strictObject({ kind: z.literal('rate-limited'), retryAfterSeconds: z.int().positive().optional() }),
  /** 500 NotSyncedUpError, whatever the tip's real age. */
  z.strictObject({ kind: z.literal('not-synced-up') }),
  /** 503 from a load balancer: no JSON. */
  z.strictObject({ kind: z.literal('unavailable') }),
  /** 524, the Gateway's own time limit, after `afterMs`. */
  z.strictObject({ kind: z.literal('timed-out'), afterMs: milliseconds.default(0), carriedOut }),
  /** The connection is cut without an answer. */
  z.strictObject({ kind: z.literal('dropped-connection'), carriedOut }),
  /** The read comes from a replica that is `versions` behind; newer pins are "beyond the end of the known ledger" to it. */
  z.strictObject({ kind: z.literal('lagging-replica'), versions: z.int().positive() }),
  /** These non-fungibles' data is of a shape that clients do not know, as after an upgrade of its blueprint. */
  z.strictObject({ kind: z.literal('unknown-shape'), resource: z.string(), ids: z.array(z.string()).min(1) }),
])
export type Fault = z.output<typeof Fault>
export type UnknownShape = Extract<Fault, { kind: 'unknown-shape' }>
export type Latency = Extract<Fault, { kind: 'latency' }>

const FaultRule = z.strictObject({
  /** A Gateway path such as `/state/non-fungible/data`, or `*` for all of them. */
  endpoint: z.string().regex(/^(\*|\/[a-z/-]+[a-z])$/, 'must be a Gateway path without a trailing slash, or *'),
  probability: probability.default(1),
  /** The rule is spent after this many hits. */
  times: z.int().positive().optional(),
  fault: Fault,
})
export type FaultRule = z.output<typeof FaultRule>

/**
 * Everything that goes wrong on purpose, all of it drawn from `seed`. A plan says the whole truth: what it leaves out works.
 */
export const FaultPlan = z.strictObject({
  seed: z.int().nonnegative().default(1),
  rules: z.array(FaultRule).default([]),
  /** No more rounds: the ledger's clock and state stand still while reads go on. */
  clockHalted: z.boolean().default(false),
  /** What befalls transactions between submission and commit. */
  mempool: z
    .strictObject({
      loseProbability: probability.default(0),
      slowProbability: probability.default(0),
      slowFactor: z.number().min(1).max(1000).default(10),
      likelyRejectionProbability: probability.default(0),
      outcomeUnknownMs: milliseconds.default(0),
    })
    .prefault({}),
})
export type FaultPlan = z.output<typeof FaultPlan>
export type FaultPlanInput = z.input<typeof FaultPlan>

export const NO_FAULTS: FaultPlan = FaultPlan.parse({})

/** A fault plan that says something impossible; the message names the first wrong place. */
export class FaultPlanError extends Error {
  override readonly name = 'FaultPlanError'
}

/** @throws {FaultPlanError} with one line that names the first wrong place. */
export function parseFaultPlan(json: unknown): FaultPlan {
  const parsed = FaultPlan.safeParse(json)
  if (parsed.success) return parsed.data
  throw new FaultPlanError(`The fault plan is wrong ${describeIssue(parsed.error)}.`)
}

/** The first issue as `at rules[0].probability: Too big…`. */
export function describeIssue(error: z.ZodError): string {
  const issue = error.issues[0]
  if (issue === undefined) return 'somewhere'
  const path = issue.path.map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`)).join('')
  return `at ${path.replace(/^\./, '') || 'the top'}: ${issue.message.replace(/\.$/, '')}`
}
