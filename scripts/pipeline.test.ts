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
operation=$2; shift 2
while [ $# -gt 0 ]; do
  case "$1" in
    --bucket) bucket=$2; shift ;; --key) key=$2; shift ;; --body) body=$2; shift ;; --prefix) prefix=$2; shift ;;
    --checksum-sha256) checksum=$2; shift ;; --if-none-match) once=$2; shift ;;
    --query | --output | --checksum-mode | --repository-name | --image-ids) shift ;; *) out=$1 ;;
  esac
  shift
done
object="$BUCKETS/\${bucket:-}/\${key:-}"
sum() { openssl dgst -sha256 -binary "$1" | base64; }
case "$operation" in
  list-objects-v2) if [ -d "$BUCKETS/$bucket/$prefix" ]; then echo "$prefix$(ls -t "$BUCKETS/$bucket/$prefix" | head -n 1)"; else echo None; fi ;;
  get-object) cp "$object" "$out" ;;
  head-object) [ -e "$object" ] || exit 254; sum "$object" ;;
  put-object)
    [ "\${once:-}" = '*' ] || { echo 'AccessDenied: the role may not overwrite' >&2; exit 254; }
    [ ! -e "$object" ] || { echo 'PreconditionFailed' >&2; exit 254; }
    [ -z "\${checksum:-}" ] || [ "$checksum" = "$(sum "$body")" ] || { echo 'BadDigest' >&2; exit 254; }
    mkdir -p "$(dirname "$object")"; cp "$body" "$object" ;;
  describe-images) ;;
  *) exit 64 ;;
esac
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
      'dist/\nbin/\nbuckets/\nevil/\nworld.json\napplied.json\n.terraform.lock.hcl\nplan.tfplan\ntext/\n',
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
        GITHUB_RUN_ID: '7',
        GITHUB_RUN_ATTEMPT: '1',
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

  const evil = { ...PLANNED, resource_changes: [{ address: 'aws_iam_user.evil', change: { actions: ['create'] } }] }
  const bundleOf = (checkout: Checkout) => {
    const tree = execFileSync('git', ['rev-parse', 'HEAD^{tree}'], { cwd: checkout.folder, encoding: 'utf8' }).trim()
    return join(checkout.folder, 'buckets', 'weft-global-artefacts-123456789012', 'plans', 'stokenet', tree, '7-1.tar')
  }
  /** Puts in place of the saved bundle one with the forged plan and whatever else `commands` make of it. */
  const forge = (checkout: Checkout, commands: string) => {
    checkout.write('evil/plan.tfplan', JSON.stringify(evil))
    checkout.write('evil/release.json', JSON.stringify(RELEASE))
    checkout.write('evil/terraform.lock.hcl', 'lock of the plan\n')
    execFileSync('bash', ['-euc', commands], { cwd: join(checkout.folder, 'evil') })
    execFileSync('bash', ['-euc', `tar -cf '${bundleOf(checkout)}' *; rm -r ../evil`], {
      cwd: join(checkout.folder, 'evil'),
    })
  }

  test.each([
    ['a link that makes the fresh plan the saved one', 'ln -s saved.json fresh.json'],
    ['a link for a plan', 'mv plan.tfplan other; ln -s other plan.tfplan; rm other'],
    ['a hard link for a file', 'ln -f plan.tfplan release.json'],
    ['a file more', 'echo x >fresh.json'],
    ['a file less', 'rm terraform.lock.hcl'],
    ['a folder for a file', 'rm release.json; mkdir release.json'],
  ])('is refused with %s', (_, commands) => {
    const checkout = plannedCheckout()
    forge(checkout, commands)
    const { code, output } = checkout.run('fetch-plan.sh', 'stokenet')
    expect(output).toContain('as regular files and nothing else; it is refused')
    expect(code).toBe(1)
    expect(checkout.run('apply-plan.sh', 'stokenet').code).toBe(2)
    expect(checkout.applied()).toBeUndefined()
  })

  test('is refused when it is another one in a bundle of the right shape, and is not left for an apply', () => {
    const checkout = plannedCheckout()
    forge(checkout, 'true')
    const { code, output } = checkout.run('fetch-plan.sh', 'stokenet')
    expect(output).toContain('differs: aws_iam_user.evil')
    expect(code).toBe(1)
    expect(checkout.run('apply-plan.sh', 'stokenet').code).toBe(2)
    expect(checkout.applied()).toBeUndefined()
  })

  test('cannot be overwritten', () => {
    const checkout = plannedCheckout()
    const before = readFileSync(bundleOf(checkout))
    checkout.world(DRIFTED)
    expect(checkout.run('plan.sh', 'stokenet', 'text')).toMatchObject({
      code: 254,
      output: expect.stringContaining('PreconditionFailed'),
    })
    expect(readFileSync(bundleOf(checkout)).equals(before)).toBe(true)
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
  expect(first).toMatchObject({ code: 0, output: expect.stringContaining('uploaded:      stokenet/dispatcher/aa.zip') })
  const stored = join(checkout.folder, 'buckets', 'weft-global-artefacts-123456789012', 'stokenet/dispatcher/aa.zip')
  expect(readFileSync(stored, 'utf8')).toBe('the zip')
  expect(checkout.run('publish-artefacts.sh', 'stokenet').output).toContain('already there: stokenet/dispatcher/aa.zip')

  writeFileSync(stored, 'planted')
  const { code, output } = checkout.run('publish-artefacts.sh', 'stokenet')
  expect(code).toBe(1)
  expect(output).toContain('stokenet/dispatcher/aa.zip holds other bytes than its name says')
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
