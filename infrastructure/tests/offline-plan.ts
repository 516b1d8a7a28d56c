import { execFile, execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  cpSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { type Plan, parsePlan } from './plan.ts'

const infrastructure = join(import.meta.dirname, '..')
const outputFolder = join(infrastructure, '..', 'test-output', 'infrastructure')
const lock = join(outputFolder, '.planning')
const run = promisify(execFile)

export const ACCOUNT_ID = '123456789012'
export const REGION = 'eu-west-1'
export const REPOSITORY = 'weft/backend'

/** What the stand-in for SSM answers for every secret. It must be found in no plan. */
export const SECRET_CANARY = 'canary-of-a-push-token'

const hash = (digit: string) => digit.repeat(64)

/** Every environment that runs the services: all folders but `global`. A new one is checked from its first commit. */
export function serviceEnvironments(): string[] {
  return readdirSync(join(infrastructure, 'environments')).filter((name) => name !== 'global')
}

/** What the pipeline would pass in; the same for every environment, each takes what it declares. */
const INPUTS: Record<string, Record<string, string>> = {
  common: { TF_VAR_account_id: ACCOUNT_ID, TF_VAR_alarm_emails: '["operator@weft.example"]' },
  environment: {
    TF_VAR_release: JSON.stringify({
      dispatcher_key: `dispatcher/${hash('0')}.zip`,
      liquidator_key: `liquidator/${hash('1')}.zip`,
      indexer_image_digest: `sha256:${hash('2')}`,
    }),
  },
  global: {
    TF_VAR_repository: REPOSITORY,
    TF_VAR_grafana: JSON.stringify({
      metrics: { url: 'https://metrics.grafana.example/push', user: '11111' },
      logs: { url: 'https://logs.grafana.example/push', user: '22222' },
      token_version: 1,
    }),
    TF_VAR_grafana_reader: JSON.stringify({ account_id: '999999999999', external_id: '12345' }),
  },
}

/**
 * The whole plan of `environment`, made by the real provider without AWS. Kept in `test-output/infrastructure/<environment>/`
 * for people to read, and used again while no Terraform file changes.
 */
export async function planOf(environment: string): Promise<Plan> {
  const file = join(outputFolder, environment, 'plan.json')
  const stamp = join(outputFolder, environment, 'plan.of')
  const version = fingerprint()
  return exclusively(async () => {
    if (readIfPresent(stamp) !== version) {
      mkdirSync(join(outputFolder, environment), { recursive: true })
      await planInto(environment, file)
      writeFileSync(stamp, version)
    }
    return parsePlan(environment, readFileSync(file, 'utf8'))
  })
}

/**
 * The plan of the environment `rehearsal` that docs/new-environment.md makes: its commands and its `main.tf` are taken from the page.
 */
export async function planOfGuide(): Promise<Plan> {
  const copy = mkdtempSync(join(tmpdir(), 'weft-guide-'))
  const guide = readFileSync(join(infrastructure, '..', 'docs', 'new-environment.md'), 'utf8')
  const [, commands = '', main = ''] = /```sh\n([\s\S]*?)```[\s\S]*?```hcl\n([\s\S]*?)```/.exec(guide) ?? []
  const file = join(copy, 'plan.json')
  return exclusively(async () => {
    try {
      for (const folder of ['modules', 'blueprints', 'environments', 'scripts'])
        cpSync(join(infrastructure, folder), join(copy, 'infrastructure', folder), { recursive: true })
      await run('bash', ['-euc', commands], { cwd: copy })
      writeFileSync(join(copy, 'infrastructure', 'environments', 'rehearsal', 'main.tf'), main)
      await planInto('rehearsal', file, join(copy, 'infrastructure'))
      return parsePlan('rehearsal', readFileSync(file, 'utf8'))
    } finally {
      rmSync(copy, { recursive: true })
    }
  })
}

async function planInto(environment: string, file: string, tree = infrastructure): Promise<void> {
  const ssm = createServer((request, response) => {
    const body: Buffer[] = []
    request.on('data', (chunk: Buffer) => body.push(chunk))
    request.on('end', () => {
      const { Name } = JSON.parse(Buffer.concat(body).toString()) as { Name: string }
      response.setHeader('content-type', 'application/x-amz-json-1.1')
      response.end(
        JSON.stringify({ Parameter: { ARN: Name, Name, Type: 'SecureString', Value: SECRET_CANARY, Version: 1 } }),
      )
    })
  })
  await new Promise<void>((resolve) => ssm.listen(0, '127.0.0.1', resolve))
  const address = ssm.address()
  if (address === null || typeof address === 'string') throw new Error('The stand-in for SSM has no port.')
  try {
    await run(join(tree, 'scripts', 'plan-offline.sh'), [environment, file], {
      env: {
        ...withoutTerraformInputs(process.env),
        ...INPUTS.common,
        ...(environment === 'global' ? INPUTS.global : INPUTS.environment),
        SSM_ENDPOINT: `http://127.0.0.1:${address.port}`,
      },
    })
  } finally {
    ssm.close()
  }
}

/** A developer's own TF_VAR_… must not change what is checked. */
function withoutTerraformInputs(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith('TF_VAR_')))
}

/** Changes with every Terraform file, with the inputs above and with terraform itself. */
function fingerprint(): string {
  const digest = createHash('sha256')
  const files = globSync('{modules,blueprints,environments}/**/*.tf', { cwd: infrastructure }).sort()
  for (const file of [...files, 'scripts/plan-offline.sh'])
    digest.update(file).update(readFileSync(join(infrastructure, file)))
  return digest
    .update(JSON.stringify(INPUTS))
    .update(execFileSync('terraform', ['version', '-json'], { stdio: ['ignore', 'pipe', 'ignore'] }))
    .digest('hex')
}

/**
 * One plan at a time over all test files: a provider takes 0.6 GB and a core. Test files are separate processes, so
 * the lock is a folder, whose creation only one of them wins; one left behind by a killed run is stale after a while.
 */
async function exclusively<T>(work: () => Promise<T>): Promise<T> {
  mkdirSync(outputFolder, { recursive: true })
  while (!tryLock()) await sleep(500)
  try {
    return await work()
  } finally {
    rmSync(lock, { recursive: true, force: true })
  }
}

const STALE_LOCK_MS = 180_000

function tryLock(): boolean {
  try {
    mkdirSync(lock)
    return true
  } catch {
    const age = Date.now() - (statSync(lock, { throwIfNoEntry: false })?.mtimeMs ?? Date.now())
    if (age > STALE_LOCK_MS) rmSync(lock, { recursive: true, force: true })
    return false
  }
}

function readIfPresent(file: string): string | undefined {
  return statSync(file, { throwIfNoEntry: false }) ? readFileSync(file, 'utf8') : undefined
}
