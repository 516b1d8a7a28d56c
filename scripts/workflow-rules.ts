import { parse } from 'yaml'
import { z } from 'zod'

/**
 * The rules that hold for every workflow of this repository beyond what actionlint checks: pinned actions, least permissions,
 * nothing cancelled half-way, credentials by OIDC only. Reasons: docs/adr/0020-saved-plans.md and SECURITY.md.
 */

const Permissions = z.record(z.string(), z.enum(['read', 'write', 'none']))
const Concurrency = z.object({ group: z.string(), 'cancel-in-progress': z.boolean() })
const Step = z.object({
  name: z.string().optional(),
  uses: z.string().optional(),
  run: z.string().optional(),
  with: z.record(z.string(), z.unknown()).optional(),
})
const Job = z.object({
  permissions: Permissions.optional(),
  environment: z.unknown().optional(),
  concurrency: Concurrency.optional(),
  'timeout-minutes': z.number().optional(),
  uses: z.string().optional(),
  secrets: z.unknown().optional(),
  with: z.record(z.string(), z.unknown()).optional(),
  strategy: z.object({ matrix: z.record(z.string(), z.unknown()) }).optional(),
  steps: z.array(Step).optional(),
})
const Workflow = z.object({
  name: z.string(),
  on: z.record(z.string(), z.unknown()),
  permissions: Permissions.optional(),
  concurrency: Concurrency.optional(),
  jobs: z.record(z.string(), Job),
})

export type Workflow = z.infer<typeof Workflow>
export type Job = z.infer<typeof Job>

/** @throws {z.ZodError} when the YAML is not a workflow of the kinds used here. */
export function parseWorkflow(text: string): Workflow {
  return Workflow.parse(parse(text))
}

const PINNED = /^[\w.-]+\/[\w./-]+@[0-9a-f]{40}$/
const PINNED_LINE = /uses:\s*([\w.-]+\/[\w./-]+)@([0-9a-f]{40})\s+# v\d+\.\d+\.\d+\s*$/

/** The write permissions that some job needs. `contents: write` is not among them: no workflow changes the repository. */
const WRITABLE = new Set(['id-token', 'pull-requests'])

/** @returns what breaks a rule, each with its place; empty when the workflow is as it should be. */
export function workflowProblems(file: string, text: string): readonly string[] {
  const workflow = parseWorkflow(text)
  return [
    ...triggerProblems(workflow),
    ...pinProblems(text),
    ...secretProblems(text),
    ...(Object.keys(workflow.permissions ?? { all: 'write' }).length > 0
      ? ['the workflow must start from `permissions: {}`, so that each job names what it needs']
      : []),
    ...(workflow.concurrency?.['cancel-in-progress'] === true ? ['cancels runs that are in progress'] : []),
    ...Object.entries(workflow.jobs).flatMap(([name, job]) =>
      jobProblems(job).map((problem) => `job ${name}: ${problem}`),
    ),
  ].map((problem) => `${file}: ${problem}`)
}

function triggerProblems(workflow: Workflow): string[] {
  return 'pull_request_target' in workflow.on
    ? ["pull_request_target gives a stranger's code this repository's rights"]
    : []
}

function pinProblems(text: string): string[] {
  return text.split('\n').flatMap((line) => {
    if (!/^\s*(-\s+)?uses:/.test(line) || /uses:\s*\.\//.test(line)) return []
    return PINNED_LINE.test(line) ? [] : [`not pinned by commit with its version behind it: ${line.trim()}`]
  })
}

function secretProblems(text: string): string[] {
  return text
    .split('\n')
    .filter((line) => /\bsecrets\s*[.:[]|aws-(access-key-id|secret-access-key)/.test(line))
    .map((line) => `stored credentials instead of OIDC: ${line.trim()}`)
}

function jobProblems(job: Job): string[] {
  const problems: string[] = []
  if (job.permissions === undefined) problems.push('names no permissions')
  for (const [scope, level] of Object.entries(job.permissions ?? {}))
    if (level === 'write' && !WRITABLE.has(scope)) problems.push(`may write ${scope}`)
  if (job.permissions?.['id-token'] === 'write' && job.permissions['pull-requests'] === 'write')
    problems.push('holds both an AWS identity and the right to comment')
  if (job.concurrency?.['cancel-in-progress'] === true) problems.push('cancels runs that are in progress')
  if (job.uses === undefined && job['timeout-minutes'] === undefined) problems.push('has no timeout')

  const steps = job.steps ?? []
  for (const step of steps) {
    if (step.run?.includes('${{')) problems.push(`interpolates an expression into a shell: ${step.run.split('\n')[0]}`)
    if (step.uses !== undefined && !step.uses.startsWith('./') && !PINNED.test(step.uses))
      problems.push(`not pinned: ${step.uses}`)
    if (step.uses?.startsWith('actions/checkout@') && step.with?.['persist-credentials'] !== false)
      problems.push('leaves the repository token in the checkout')
  }
  problems.push(...applyProblems(job))
  return problems
}

/** A job that can change AWS must wait for the environment's reviewers and must never run beside itself. */
function applyProblems(job: Job): string[] {
  const assumesApplyRole = (job.steps ?? []).some((step) =>
    String(step.with?.['role-to-assume'] ?? '').includes('role/weft-global-apply-'),
  )
  if (!assumesApplyRole) return []
  return [
    ...(job.environment === undefined ? ['assumes the apply role outside a GitHub environment'] : []),
    ...(job.concurrency === undefined ? ['assumes the apply role without a concurrency group'] : []),
  ]
}
