import { readFileSync, writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { z } from 'zod'
import { estimate } from './cost/estimate.ts'
import {
  type PlanSummary,
  PlanSummaryFile,
  PlanUnreadableError,
  plannedCadenceSeconds,
  summarisePlan,
} from './cost/plan-summary.ts'
import { PriceMissingError, PriceTable, readAssumptions } from './cost/price-table.ts'
import { renderEstimate } from './cost/report.ts'

/** `npm run cost`: what a month of an environment costs, at idle and under stress, and what dominates (docs/cost.md). */

const USAGE = `npm run cost -- [--positions 100000] [--cadence 5m] [--environment mainnet] [--region eu-west-1]
                [--plan plan.json] [--json] [--write-summary]

  --cadence         time between two runs; without it, the plan's own schedule
  --plan            price this plan (terraform show -json); without it, the summary in scripts/cost/plan-summary.json
  --environment     which environment of that summary
  --write-summary   put the plan's summary into scripts/cost/plan-summary.json instead of pricing it
  --json            the whole estimate, line by line`

const SUMMARY = new URL('cost/plan-summary.json', import.meta.url)

const Options = z.strictObject({
  positions: z
    .string()
    .regex(/^[1-9]\d{0,8}$/, 'expected a whole number of positions such as 100000')
    .transform(Number)
    .default(100_000),
  cadence: z
    .string()
    .regex(/^[1-9]\d{0,4}[smh]$/, 'expected a time such as 30s, 5m or 1h')
    .transform((text) => Number(text.slice(0, -1)) * { s: 1, m: 60, h: 3600 }[text.slice(-1) as 's' | 'm' | 'h'])
    .optional(),
  environment: z.string().default('mainnet'),
  region: z.string().default('eu-west-1'),
  plan: z.string().optional(),
  json: z.boolean().default(false),
  'write-summary': z.boolean().default(false),
  help: z.boolean().default(false),
})

function main(args: readonly string[]): void {
  const { values } = parseArgs({
    args: [...args],
    options: {
      positions: { type: 'string' },
      cadence: { type: 'string' },
      environment: { type: 'string' },
      region: { type: 'string' },
      plan: { type: 'string' },
      json: { type: 'boolean' },
      'write-summary': { type: 'boolean' },
      help: { type: 'boolean' },
    },
  })
  const options = Options.parse(values)
  if (options.help) {
    console.log(USAGE)
    return
  }
  const plan = options.plan === undefined ? checkedIn(options.environment) : readPlan(options.plan)
  if (options['write-summary']) {
    writeSummary(plan)
    return
  }
  const result = estimate(
    plan,
    { positions: options.positions, cadenceSeconds: options.cadence ?? plannedCadenceSeconds(plan) },
    PriceTable.read(options.region),
    readAssumptions(),
  )
  console.log(options.json ? JSON.stringify(result, null, 2) : renderEstimate(result))
}

function readPlan(file: string): PlanSummary {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch {
    throw new PlanUnreadableError(`${file} cannot be read; write it with: terraform show -json <plan file> > ${file}`)
  }
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {
    throw new PlanUnreadableError(`${file} is no JSON; write it with: terraform show -json <plan file> > ${file}`)
  }
  return summarisePlan(json, file)
}

function checkedIn(environment: string): PlanSummary {
  const { environments } = PlanSummaryFile.parse(JSON.parse(readFileSync(SUMMARY, 'utf8')))
  const found = environments.find((each) => each.environment === environment)
  if (found === undefined)
    throw new PlanUnreadableError(
      `scripts/cost/plan-summary.json knows ${environments.map((each) => each.environment).join(', ')}, not ${environment}; give a plan by --plan.`,
    )
  return found
}

function writeSummary(plan: PlanSummary): void {
  const file = PlanSummaryFile.parse(JSON.parse(readFileSync(SUMMARY, 'utf8')))
  const others = file.environments.filter(({ environment }) => environment !== plan.environment)
  const environments = [...others, plan].sort((a, b) => (a.environment < b.environment ? -1 : 1))
  writeFileSync(SUMMARY, `${JSON.stringify({ ...file, environments }, null, 2)}\n`)
  console.log(`plan-summary.json now holds ${plan.resources.length} resources of ${plan.environment}.`)
}

try {
  main(process.argv.slice(2))
} catch (error) {
  // What the caller can put right is said in one sentence; anything else is a bug and keeps its stack.
  if (error instanceof z.ZodError) {
    const problems = error.issues.map(({ path, message }) => `--${path.join('.')}: ${message}`)
    console.error(`${problems.join('; ')}. See --help.`)
  } else if (error instanceof PlanUnreadableError || error instanceof PriceMissingError)
    console.error(error.message.replaceAll(/\s*\n\s*/g, ' '))
  else if (error instanceof TypeError && 'code' in error) console.error(`${error.message.split('\n')[0]}. See --help.`)
  else throw error
  process.exit(2)
}
