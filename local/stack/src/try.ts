import { writeFileSync } from 'node:fs'
import { runScenario } from './run-scenario.ts'
import { scenarioNamed } from './scenarios/scenarios.ts'

const report = await runScenario(scenarioNamed(process.argv[2] ?? 'calm'), {
  seed: 7,
  cdps: Number(process.argv[3] ?? 200),
  onRunning: (r: any) => {
    ;(globalThis as any).running = r
  },
} as any)
console.log(JSON.stringify(report, null, 1))
const r = (globalThis as any).running
writeFileSync(
  '/tmp/liq.json',
  JSON.stringify(r.stack.logs.liquidator.records, (k, v) =>
    v instanceof Error ? { message: v.message, name: v.name, cause: v.cause } : v,
  ),
)
writeFileSync(
  '/tmp/idx.json',
  JSON.stringify(r.stack.logs.indexer.records, (k, v) =>
    v instanceof Error ? { message: v.message, name: v.name, cause: v.cause } : v,
  ),
)
writeFileSync(
  '/tmp/dsp.json',
  JSON.stringify(r.stack.logs.dispatcher.records, (k, v) =>
    v instanceof Error ? { message: v.message, name: v.name, cause: v.cause } : v,
  ),
)
