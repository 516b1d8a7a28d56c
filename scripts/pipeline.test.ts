import { execFileSync, spawnSync } from 'node:child_process'
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'

/**
 * The pipeline's scripts, run for real in a checkout of their own. Only the two programs that need AWS are stand-ins: `aws`
 * keeps objects in a folder, `terraform` plans what the file `world.json` says.
 */
const root = dirname(dirname(fileURLToPath(import.meta.url)))

const TERRAFORM = `#!/usr/bin/env bash
set -euo pipefail
folder=\${1#-chdir=}; command=$2; shift 2
cd "$folder"
case "$command" in
  init) [[ " $* " == *" -backend-config=region=$AWS_REGION "* ]] || { echo 'state of another region' >&2; exit 1; }
    [ -f .terraform.lock.hcl ] || echo 'lock of the plan' >.terraform.lock.hcl ;;
  plan) [ "\${TF_VAR_region:-}" = "$AWS_REGION" ] || { echo 'planned for another region' >&2; exit 1; }
    for arg in "$@"; do case "$arg" in -out=*) cp "$WORLD" "\${arg#-out=}" ;; esac; done ;;
  show) if [ "$1" = -json ]; then cat "$2"; else echo 'Plan: 1 to add, 0 to change, 0 to destroy.'; fi ;;
  apply) cp "\${!#}" "$APPLIED" ;;
esac
`

const AWS = `#!/usr/bin/env bash
set -euo pipefail
args=(); for arg in "$@"; do [ "$arg" = --only-show-errors ] || args+=("$arg"); done
case "\${args[0]} \${args[1]} $*" in
  's3 cp '*) ;;
  's3api head-object '*) [ -e "$BUCKETS/$4/$6" ]; exit ;;
  's3api put-object '*" --if-none-match *") [ ! -e "$BUCKETS/$4/$6" ] || exit 254
    mkdir -p "$(dirname "$BUCKETS/$4/$6")"; cp "$8" "$BUCKETS/$4/$6"; exit ;;
  's3api put-object '*) echo 'AccessDenied: the role may not overwrite' >&2; exit 254 ;;
  'ecr describe-images '*) exit 0 ;;
  *) exit 64 ;;
esac
from=\${args[2]/s3:\\/\\//$BUCKETS/}; to=\${args[3]/s3:\\/\\//$BUCKETS/}
mkdir -p "$(dirname "$to")"; cp "$from" "$to"
`

/** Answers a list of comments with those in `$COMMENTS`, and notes every call, one file each. */
const GH = `#!/usr/bin/env bash
set -euo pipefail
mkdir -p "$CALLS"
case " $* " in
  *' --jq '*) cat "$COMMENTS" ;;
  *) printf '%s\\n' "$@" >"$CALLS/$(find "$CALLS" -type f | wc -l)" ;;
esac
`

const PLANNED = {
  format_version: '1.2',
  configuration: {},
  resource_changes: [{ address: 'aws_vpc.this', change: { actions: ['create'] } }],
}
const DRIFTED = { ...PLANNED, resource_changes: [{ address: 'aws_vpc.this', change: { actions: ['update'] } }] }
const RELEASE = {
  dispatcher_key: 'dispatcher/aa.zip',
  liquidator_key: 'liquidator/bb.zip',
  indexer_image_digest: 'sha256:cc',
}

class Checkout {
  readonly folder = mkdtempSync(join(tmpdir(), 'pipeline-'))
  readonly environment = join(this.folder, 'infrastructure', 'environments', 'stokenet')

  constructor() {
    for (const path of ['.github/scripts', 'scripts/compare-plans.ts', 'package.json'])
      cpSync(join(root, path), join(this.folder, path), { recursive: true })
    this.write('infrastructure/environments/stokenet/main.tf', '')
    this.write(
      '.gitignore',
      'dist/\nbin/\nbuckets/\nworld.json\napplied.json\n.terraform.lock.hcl\nplan.tfplan\ntext/\n',
    )
    for (const [name, text] of [
      ['terraform', TERRAFORM],
      ['aws', AWS],
      ['gh', GH],
    ] as const) {
      this.write(`bin/${name}`, text)
      chmodSync(join(this.folder, 'bin', name), 0o755)
    }
    this.release(RELEASE)
    this.world(PLANNED)
    this.git('init', '-q')
    this.commit('as reviewed')
  }

  write(path: string, text: string): void {
    mkdirSync(dirname(join(this.folder, path)), { recursive: true })
    writeFileSync(join(this.folder, path), text)
  }

  release(release: object): void {
    this.write('dist/release/release.json', JSON.stringify(release))
  }

  /** What a plan made from now on finds. */
  world(plan: object): void {
    this.write('world.json', JSON.stringify(plan))
  }

  commit(message: string): void {
    this.git('add', '-A')
    this.git('-c', 'user.name=t', '-c', 'user.email=t@example.org', 'commit', '-q', '--allow-empty', '-m', message)
  }

  run(script: string, ...args: readonly string[]): { readonly code: number | null; readonly output: string } {
    const { status, stdout, stderr } = spawnSync(join(this.folder, '.github', 'scripts', script), args, {
      cwd: this.folder,
      encoding: 'utf8',
      env: {
        PATH: [join(this.folder, 'bin'), dirname(process.execPath), process.env.PATH].join(delimiter),
        BUCKETS: join(this.folder, 'buckets'),
        WORLD: join(this.folder, 'world.json'),
        APPLIED: join(this.folder, 'applied.json'),
        ACCOUNT_ID: '123456789012',
        AWS_REGION: 'eu-central-1',
        ALARM_EMAILS: '["ops@example.org"]',
        GITHUB_REPOSITORY: 'example/weft-backend',
        CALLS: join(this.folder, 'calls'),
        COMMENTS: join(this.folder, 'comments.txt'),
        PULL_REQUEST: '12',
        RUN_URL: 'https://github.example/run/1',
      },
    })
    return { code: status, output: stdout + stderr }
  }

  applied(): unknown {
    const file = join(this.folder, 'applied.json')
    return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined
  }

  private git(...args: readonly string[]): void {
    execFileSync('git', args, { cwd: this.folder, stdio: 'pipe' })
  }
}

function plannedCheckout(): Checkout {
  const checkout = new Checkout()
  const { code, output } = checkout.run('plan.sh', 'stokenet', 'text')
  expect(output).toContain('Plan: 1 to add')
  expect(code).toBe(0)
  return checkout
}

describe('a saved plan', () => {
  test('is applied after a merge that made another commit of the same tree', () => {
    const checkout = plannedCheckout()
    checkout.commit('squashed')
    expect(checkout.run('fetch-plan.sh', 'stokenet')).toMatchObject({ code: 0 })
    expect(checkout.run('apply-plan.sh', 'stokenet')).toMatchObject({ code: 0 })
    expect(checkout.applied()).toEqual(PLANNED)
    expect(existsSync(join(checkout.environment, 'plan.tfplan'))).toBe(false)
  })

  test('is not found when main held something else by then', () => {
    const checkout = plannedCheckout()
    checkout.write('infrastructure/environments/stokenet/main.tf', '# another merge\n')
    checkout.commit('other tree')
    const { code, output } = checkout.run('fetch-plan.sh', 'stokenet')
    expect(code).toBe(1)
    expect(output).toContain('No plan was saved for stokenet')
  })

  test('is refused when the world moved since the review', () => {
    const checkout = plannedCheckout()
    checkout.world(DRIFTED)
    const { code, output } = checkout.run('fetch-plan.sh', 'stokenet')
    expect(code).toBe(1)
    expect(output).toContain('differs: aws_vpc.this')
    expect(output).toContain("Run the workflow 'Plan' on main")
  })

  test('is refused when the rebuilt artefacts are not the planned ones', () => {
    const checkout = plannedCheckout()
    checkout.release({ ...RELEASE, dispatcher_key: 'dispatcher/dd.zip' })
    const { code, output } = checkout.run('fetch-plan.sh', 'stokenet')
    expect(code).toBe(1)
    expect(output).toContain('The rebuilt artefacts are not the ones that were planned')
  })

  test('is the only thing that can be applied', () => {
    const checkout = new Checkout()
    const { code, output } = checkout.run('apply-plan.sh', 'stokenet')
    expect(code).toBe(2)
    expect(output).toContain('plan.tfplan is missing')
    expect(checkout.applied()).toBeUndefined()
  })
})

test('a zip is uploaded once, in the only way that the role allows, and left alone from then on', () => {
  const checkout = new Checkout()
  checkout.write('dist/release/dispatcher/aa.zip', 'the zip')
  checkout.write('dist/release/indexer.digest', 'sha256:cc')
  const first = checkout.run('publish-artefacts.sh', 'stokenet')
  expect(first).toMatchObject({ code: 0, output: expect.stringContaining('uploaded:      dispatcher/aa.zip') })
  const stored = join(checkout.folder, 'buckets', 'weft-global-artefacts-123456789012', 'dispatcher', 'aa.zip')
  expect(readFileSync(stored, 'utf8')).toBe('the zip')
  expect(checkout.run('publish-artefacts.sh', 'stokenet').output).toContain('already there: dispatcher/aa.zip')
})

test('an environment that does not exist is named', () => {
  expect(new Checkout().run('plan.sh', 'moonnet', 'text')).toEqual({
    code: 2,
    output: "There is no environment 'moonnet': infrastructure/environments/moonnet does not exist.\n",
  })
})

describe('the comment', () => {
  function commented(planText: string, existing: string): string {
    const checkout = new Checkout()
    checkout.write('plans/plan-text-stokenet/plan.txt', planText)
    checkout.write('plans/plan-text-stokenet/summary.txt', 'Plan: 1 to add\n')
    checkout.write('comments.txt', existing)
    expect(checkout.run('comment-plans.sh', 'plans')).toMatchObject({ code: 0 })
    return readFileSync(join(checkout.folder, 'calls', '0'), 'utf8')
  }

  test('carries the plan, and begins with the mark that a later run finds it by', () => {
    const call = commented('+ aws_vpc.this', '')
    expect(call).toContain('POST\nrepos/example/weft-backend/issues/12/comments\n')
    expect(call).toContain('body=<!-- plan of stokenet -->\n')
    expect(call).toContain('+ aws_vpc.this')
  })

  test('is rewritten when there is one', () => {
    expect(commented('+ aws_vpc.this', '77\n')).toContain('PATCH\nrepos/example/weft-backend/issues/comments/77\n')
  })

  test('is cut below the limit of GitHub and says where the rest is', () => {
    const call = commented('x'.repeat(200_000), '')
    expect(call.length).toBeLessThan(65_536)
    expect(call).toContain('the whole text is in [the run](https://github.example/run/1)')
  })
})
