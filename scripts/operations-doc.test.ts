import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { PlanSummaryFile } from './cost/plan-summary.ts'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const read = (path: string) => readFileSync(join(root, path), 'utf8')
const { environments } = PlanSummaryFile.parse(JSON.parse(read('scripts/cost/plan-summary.json')))

test('the runbook says what to do for every alarm that is planned', () => {
  const alarms = environments.flatMap(({ resources }) =>
    resources
      .filter(({ type }) => type === 'aws_cloudwatch_metric_alarm')
      .map(({ settings }) => String(settings.name).replace(/^weft-[a-z0-9]+-/, '')),
  )
  expect(alarms.length).toBeGreaterThan(20)
  const runbook = read('docs/operations.md')
  expect(alarms.filter((alarm) => !runbook.includes(`\`${alarm}\``))).toEqual([])
})

test('the runbook names only log events that some service emits', () => {
  const vocabulary = ['dispatcher', 'indexer', 'liquidator']
    .map((service) => read(`services/${service}/src/events.ts`))
    .join('\n')
  const named = [...read('docs/operations.md').matchAll(/\b(?:dispatcher|indexer|liquidator)\.[a-z]+_[a-z_]+/g)].map(
    ([event]) => event,
  )
  expect(named.length).toBeGreaterThan(10)
  expect(named.filter((event) => !vocabulary.includes(`'${event}'`))).toEqual([])
})

test('every decision record is listed', () => {
  const index = read('docs/adr/README.md')
  const files = readdirSync(join(root, 'docs/adr')).filter((file) => /^\d{4}-/.test(file))
  expect(files.filter((file) => !index.includes(`(${file})`))).toEqual([])
})

test('no guide passes a secret on a command line, where history and process list keep it', () => {
  const commands = readdirSync(join(root, 'docs'))
    .filter((file) => file.endsWith('.md'))
    .flatMap((file) =>
      read(`docs/${file}`)
        .replaceAll(/\\\n\s*/g, '')
        .split('\n'),
    )
    .filter((line) => line.includes('put-parameter') && line.includes('--type SecureString'))
  expect(commands.length).toBeGreaterThan(1)
  expect(commands.filter((line) => !line.includes('--value file:///dev/stdin'))).toEqual([])
})
