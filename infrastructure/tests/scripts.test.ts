import { execFile, execFileSync, spawnSync } from 'node:child_process'
import { globSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, test } from 'vitest'
import { serviceEnvironments } from './offline-plan.ts'
import { announceMissingTerraform, describeWithTerraform } from './terraform.ts'

const infrastructure = join(import.meta.dirname, '..')
const run = promisify(execFile)
const scripts = globSync('scripts/*.sh', { cwd: infrastructure })
const setsid = spawnSync('setsid', ['true']).status === 0
const shellcheck = spawnSync('shellcheck', ['--version']).status === 0

announceMissingTerraform()

describeWithTerraform('terraform-check-all.sh', () => {
  test('finds every module, blueprint, environment and the bootstrap in order', async () => {
    // One process at a time: the plans are made beside it, and two providers are what the machine bears.
    const checked = await run(join(infrastructure, 'scripts/terraform-check-all.sh'), [], {
      env: { ...process.env, JOBS: '1' },
    }).catch((failure: { stdout: string; stderr: string }) => failure)
    expect(`${checked.stdout}${checked.stderr}`).toContain('folders pass.')
    // About four minutes on two idle cores; a busy machine must not look like a broken module.
  }, 1_800_000)
})

describe('terraform test files', () => {
  const folders = globSync(['modules/*', 'blueprints/*', 'bootstrap'], { cwd: infrastructure })

  test.each(folders)('%s: each variable validation has a run that trips it', (folder) => {
    const runs = globSync('tests/*.tftest.hcl', { cwd: join(infrastructure, folder) })
      .map((file) => read(folder, file))
      .join('\n')
    expect(runs).toContain('run "')
    for (const { variable, validations } of validatedVariables(folder)) {
      const tripped = runs.split(`expect_failures = [var.${variable}]`).length - 1
      expect(tripped, `runs that trip a validation of ${variable} in ${folder}`).toBeGreaterThanOrEqual(validations)
    }
  })
})

describe('the environments', () => {
  test.each(serviceEnvironments())('%s is the same code as mainnet: only main.tf and the state key differ', (name) => {
    expect(read(`environments/${name}`, 'terraform.tf')).toBe(read('environments/mainnet', 'terraform.tf'))
    const backend = (environment: string) =>
      read(`environments/${environment}`, 'state.s3.tfbackend').replace(`"${environment}/`, '"<environment>/')
    expect(backend(name)).toBe(backend('mainnet'))
  })
})

describe('the scripts', () => {
  test('there are scripts to check', () => {
    expect(scripts.length).toBeGreaterThanOrEqual(5)
  })

  test.skipIf(!shellcheck && !process.env.CI)(
    'satisfy shellcheck (skipped where it is not installed, never in CI)',
    () => {
      const result = spawnSync('shellcheck', ['-x', '-P', 'SCRIPTDIR', ...scripts], {
        cwd: infrastructure,
        encoding: 'utf8',
      })
      expect(result.stdout).toBe('')
      expect(result.status).toBe(0)
    },
  )

  test.each(['teardown.sh', 'rebuild.sh'])(
    '%s refuses mainnet without its flag, before it calls anything',
    (script) => {
      const refused = spawnSync(join(infrastructure, 'scripts', script), ['mainnet'], {
        encoding: 'utf8',
        env: { PATH: '/usr/bin:/bin' },
      })
      expect(refused.status).toBe(2)
      expect(refused.stderr).toContain('--i-mean-mainnet')
    },
  )

  test.each(['teardown.sh', 'rebuild.sh'])('%s names an environment that does not exist', (script) => {
    const refused = spawnSync(join(infrastructure, 'scripts', script), ['nowhere'], {
      encoding: 'utf8',
      env: { PATH: '/usr/bin:/bin' },
    })
    expect(refused.status).toBe(2)
    expect(refused.stderr).toContain("no environment 'nowhere'")
  })

  // setsid takes the terminal away, so that nobody can be asked; macOS does not have it.
  test.skipIf(!setsid && !process.env.CI)('teardown.sh changes nothing without a person to confirm it', () => {
    const refused = spawnSync('setsid', [join(infrastructure, 'scripts/teardown.sh'), 'stokenet'], {
      encoding: 'utf8',
      env: {
        PATH: '/usr/bin:/bin',
        TF_VAR_account_id: '123456789012',
        TF_VAR_alarm_emails: '[]',
        TF_VAR_release: '{}',
      },
    })
    expect(refused.stderr).toContain('Not confirmed; nothing was changed.')
    expect(refused.status).toBe(1)
  })

  test('terraform-check-all.sh says what to do where terraform is missing', () => {
    const path = mkdtempSync(join(tmpdir(), 'weft-path-'))
    symlinkSync(execFileSync('which', ['dirname'], { encoding: 'utf8' }).trim(), join(path, 'dirname'))
    const refused = spawnSync('/bin/bash', [join(infrastructure, 'scripts/terraform-check-all.sh')], {
      encoding: 'utf8',
      env: { PATH: path },
    })
    rmSync(path, { recursive: true })
    expect(refused.status).toBe(127)
    expect(refused.stderr).toContain('install 1.11 or later')
  })

  test('are executable', () => {
    const modes = execFileSync('ls', ['-l', ...scripts], { cwd: infrastructure, encoding: 'utf8' })
    expect(modes.split('\n').filter((line) => line.endsWith('.sh') && !line.startsWith('-rwx'))).toEqual([])
  })
})

function read(folder: string, file: string): string {
  return readFileSync(join(infrastructure, folder, file), 'utf8')
}

/** Variables with their number of `validation` blocks; Terraform files here are formatted, so blocks end at the margin. */
function validatedVariables(folder: string): { variable: string; validations: number }[] {
  const files = globSync('*.tf', { cwd: join(infrastructure, folder) }).map((file) => read(folder, file))
  return [...files.join('\n').matchAll(/^variable "(\w+)" \{\n([\s\S]*?)^\}/gm)]
    .map(([, variable = '', body = '']) => ({ variable, validations: body.split(/^ {2}validation \{/m).length - 1 }))
    .filter(({ validations }) => validations > 0)
}
