/**
 * Runs before the commands that start the whole system: builds what is deployed into `dist/` when it was not built yet or a file that
 * went into it has changed since. Dependency-free, on any Node.js from 20.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
/** Written by the build: every file that it read, with the time of its last change. */
const inputs = join(root, 'dist', 'inputs.json')

if (!isUpToDate()) {
  process.stderr.write('Building dist/ (some seconds) …\n')
  const build = spawnSync(process.execPath, [join(root, 'scripts', 'run.mjs'), 'scripts/build.ts'], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, INIT_CWD: root },
  })
  if (build.status !== 0) process.exit(2)
}

function isUpToDate() {
  if (!existsSync(inputs)) return false
  return Object.entries(JSON.parse(readFileSync(inputs, 'utf8'))).every(
    ([file, changedAtMs]) => existsSync(join(root, file)) && statSync(join(root, file)).mtimeMs === changedAtMs,
  )
}
