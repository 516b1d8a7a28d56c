import { spawnSync } from 'node:child_process'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/**
 * `npm run record:aws-calls`: runs the end-to-end tests that write down what the services ask of AWS, and puts all of it, and nothing
 * else, on record for the least-privilege test. Takes some four minutes.
 */
const root = dirname(dirname(fileURLToPath(import.meta.url)))
const NAMES = ['built-services', 'scenarios'] as const
const outputOf = (name: string) => join(root, 'test-output', 'aws-calls', `${name}.jsonl`)
const record = join(root, 'infrastructure', 'tests', 'recorded-aws-calls.jsonl')

for (const name of NAMES) rmSync(outputOf(name), { force: true })
const files = NAMES.map((name) => `local/stack/src/${name}.e2e.test.ts`)
const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs')
const { status } = spawnSync(process.execPath, [vitest, 'run', '--project', 'e2e', ...files], {
  cwd: root,
  stdio: 'inherit',
})
if (status !== 0) {
  console.error('The end-to-end tests did not pass; the record is as it was.')
  process.exit(1)
}
const lines = new Set(NAMES.flatMap((name) => readFileSync(outputOf(name), 'utf8').trim().split('\n')))
writeFileSync(record, `${[...lines].sort().join('\n')}\n`)
console.log(`${lines.size} calls are on record in infrastructure/tests/recorded-aws-calls.jsonl.`)
