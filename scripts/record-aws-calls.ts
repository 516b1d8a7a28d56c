import { spawnSync } from 'node:child_process'
import { copyFileSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/**
 * `npm run record:aws-calls`: runs the built services end to end, and puts what they asked of AWS, and nothing else, on record for the
 * least-privilege test. Takes a minute.
 */
const root = dirname(dirname(fileURLToPath(import.meta.url)))
const seen = join(root, 'test-output', 'aws-calls', 'built-services.jsonl')
const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs')
const run = [vitest, 'run', '--project', 'e2e', 'local/stack/src/built-services.e2e.test.ts']

rmSync(seen, { force: true })
const { status } = spawnSync(process.execPath, run, { cwd: root, stdio: 'inherit' })
if (status !== 0) {
  console.error('The end-to-end test did not pass; the record is as it was.')
  process.exit(1)
}
copyFileSync(seen, join(root, 'infrastructure', 'tests', 'recorded-aws-calls.jsonl'))
console.log('The calls are on record in infrastructure/tests/recorded-aws-calls.jsonl.')
