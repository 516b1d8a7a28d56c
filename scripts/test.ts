import { spawn } from 'node:child_process'
import { mkdirSync, readFileSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/**
 * `npm test`: style, types and import direction first, then every suite, one after the other on the two cores that are promised.
 * Ends with one plain line `N passed, N failed, N skipped`; exits 1 when anything failed.
 */
const root = dirname(dirname(fileURLToPath(import.meta.url)))
const bin = (name: string) => join(root, 'node_modules', '.bin', name)
const output = join(root, 'test-output')

interface Suite {
  readonly passed: number
  readonly failed: number
  readonly skipped: number
}

async function run(command: string, args: readonly string[]): Promise<number> {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd: root, stdio: 'inherit' })
    child.on('error', (error) => {
      console.error(`${command} could not be started: ${error.message}`)
      resolve(1)
    })
    child.on('exit', (code) => resolve(code ?? 1))
  })
}

async function check(title: string, command: string, args: readonly string[]): Promise<Suite> {
  console.log(`\n== ${title}`)
  const ok = (await run(command, args)) === 0
  return { passed: ok ? 1 : 0, failed: ok ? 0 : 1, skipped: 0 }
}

async function suite(project: string): Promise<Suite> {
  console.log(`\n== ${project}`)
  const report = join(output, `${project}.json`)
  rmSync(report, { force: true })
  const startedAt = Date.now()
  const code = await run(process.execPath, [
    '--disable-warning=ExperimentalWarning',
    join(root, 'node_modules', 'vitest', 'vitest.mjs'),
    'run',
    '--project',
    project,
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${report}`,
  ])
  const seconds = Math.round((Date.now() - startedAt) / 1000)
  const counts = readReport(report)
  console.log(`${project}: ${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped in ${seconds} s`)
  // A suite that could not even collect its files has no failed test, yet it failed.
  return code !== 0 && counts.failed === 0 ? { ...counts, failed: 1 } : counts
}

function readReport(file: string): Suite {
  try {
    const report = JSON.parse(readFileSync(file, 'utf8')) as {
      numPassedTests?: number
      numFailedTests?: number
      numPendingTests?: number
      numTodoTests?: number
    }
    return {
      passed: report.numPassedTests ?? 0,
      failed: report.numFailedTests ?? 0,
      skipped: (report.numPendingTests ?? 0) + (report.numTodoTests ?? 0),
    }
  } catch (error) {
    console.error(`No test report in ${file}: ${error instanceof Error ? error.message : error}`)
    return { passed: 0, failed: 1, skipped: 0 }
  }
}

mkdirSync(output, { recursive: true })
const SUITES: readonly string[] = ['unit', 'e2e', 'model', 'infra']
const wanted = process.argv.slice(2)
const unknown = wanted.filter((name) => !SUITES.includes(name))
if (unknown.length > 0) {
  console.error(`There is no suite ${unknown.join(', ')}; choose from ${SUITES.join(', ')}.`)
  process.exit(2)
}
const results: Suite[] = []
if (wanted.length === 0) {
  results.push(await check('style (biome)', bin('biome'), ['check', '.']))
  results.push(await check('types (tsc)', bin('tsc'), ['--noEmit', '-p', 'tsconfig.json']))
  results.push(await check('import direction', process.execPath, [join(root, 'scripts', 'check-imports.ts')]))
}
for (const project of wanted.length > 0 ? wanted : SUITES) results.push(await suite(project))
const total = (key: keyof Suite) => results.reduce((sum, each) => sum + each[key], 0)
console.log(`\n${total('passed')} passed, ${total('failed')} failed, ${total('skipped')} skipped`)
process.exit(total('failed') > 0 ? 1 : 0)
