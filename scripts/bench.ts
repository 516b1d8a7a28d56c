import { spawnSync } from 'node:child_process'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/**
 * `npm run bench [-- NAME …]`: each benchmark in a process of its own, one JSON object each on standard output with both sides of
 * its claim: what was measured, and the limit it is held to. Exits 1 when a limit is broken.
 */
const BENCHMARKS = ['decimal', 'ledger', 'stack', 'shock', 'stream', 'liquidation', 'starts', 'planning'] as const

const here = dirname(fileURLToPath(import.meta.url))
const wanted = process.argv.slice(2)
const unknown = wanted.filter((name) => !BENCHMARKS.some((each) => each === name))
if (unknown.length > 0) {
  process.stderr.write(`There is no benchmark ${unknown.join(', ')}; choose from ${BENCHMARKS.join(', ')}.\n`)
  process.exit(2)
}
let broken = 0
for (const name of wanted.length > 0 ? wanted : BENCHMARKS) {
  const run = spawnSync(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', '--expose-gc', join(here, 'bench', `${name}.ts`)],
    {
      stdio: ['ignore', 'inherit', 'inherit'],
    },
  )
  if (run.status !== 0) broken += 1
}
process.exit(broken > 0 ? 1 : 0)
