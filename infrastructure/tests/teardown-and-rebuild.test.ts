import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'

/**
 * The two scripts, run for real with a terminal to confirm at. Only what needs AWS is a stand-in: an account is a folder in which a
 * file says that an environment stands, `terraform` makes and removes these files, and every call is noted.
 */
const scripts = join(import.meta.dirname, '..', 'scripts')
const canType = spawnSync('script', ['--version']).status === 0

const TERRAFORM = `#!/usr/bin/env bash
set -euo pipefail
name=$(basename "\${1#-chdir=}"); command=$2; shift 2
echo "terraform $name $command $(printf '%s ' "$@" | sed 's/-backend-config=[^ ]*//g; s#/tmp/[^ ]*#<plan>#g; s/  */ /g')" >>"$CALLS"
case "$command $*" in
  *-target=*) touch "$ACCOUNT/$name-repository" ;;
  'apply '*allow_destroy=true) [ -e "$ACCOUNT/$name" ] && touch "$ACCOUNT/$name-unprotected" ;;
  apply*) touch "$ACCOUNT/$name" ;;
  destroy*) [ -e "$ACCOUNT/$name-unprotected" ] && rm "$ACCOUNT/$name" "$ACCOUNT/$name-unprotected" ;;
esac
`

const AWS = `#!/usr/bin/env bash
set -euo pipefail
echo "aws $1 $2 $(printf '%s\\n' "$@" | grep -E 'weft' | tr '\\n' ' ')$(printf '%s\\n' "$@" | grep -xE 'paused' || true)" >>"$CALLS"
stands() { [ -e "$ACCOUNT/$1" ]; }
state_of() { for word in "$@"; do case "$word" in *terraform.tfstate) echo "$word" | sed 's#/terraform.tfstate##; s#.*/##' ;; esac; done; }
case "$1 $2 $*" in
  's3api list-objects-v2 '*) stands bootstrap || { echo NoSuchBucket >&2; exit 254; }; echo 1 ;;
  's3 cp '*) if stands "$(state_of "$@")"; then echo '{"resources": [{"mode": "managed"}]}'; else echo '{"resources": []}'; fi ;;
  's3api head-bucket '*terraform-state*) stands bootstrap ;;
  's3api head-bucket '*artefacts*) stands global ;;
  'ssm describe-parameters '*) if stands bootstrap; then echo 1; else echo 0; fi ;;
  'ecr describe-images '*) stands image ;;
esac
`

let folder: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'weft-account-'))
  mkdirSync(join(folder, 'bin'))
  mkdirSync(join(folder, 'account'))
  const sleep = '#!/bin/sh\necho "sleep $1" >>"$CALLS"\n'
  for (const [name, text] of Object.entries({ terraform: TERRAFORM, aws: AWS, sleep }))
    writeFileSync(join(folder, 'bin', name), text, { mode: 0o755 })
})
afterEach(() => rmSync(folder, { recursive: true }))

const standing = (name: string) => existsSync(join(folder, 'account', name))
const stand = (...names: string[]) => {
  for (const name of names) writeFileSync(join(folder, 'account', name), '')
}

interface Run {
  readonly status: number | null
  /** What the person sees. */
  readonly shown: string
  /** `terraform <folder> <command> <flags>`, `aws <service> <command> <names>` and `sleep <seconds>`, in order. */
  readonly calls: string[]
}

/** Runs a script at a terminal; `typed` is what the person answers to its question, where it comes to that. */
function run(script: 'teardown.sh' | 'rebuild.sh', args: string, typed?: string): Run {
  const calls = join(folder, 'calls')
  rmSync(calls, { force: true })
  const { status, stdout } = spawnSync('script', ['-qefc', `${join(scripts, script)} ${args}`, '/dev/null'], {
    // Nothing is typed into a script that has ended: script(1) would wait two seconds for somebody to take it.
    input: typed === undefined ? '' : `${typed}\n`,
    encoding: 'utf8',
    env: {
      PATH: `${join(folder, 'bin')}:/usr/bin:/bin`,
      SHELL: '/bin/bash',
      CALLS: calls,
      ACCOUNT: join(folder, 'account'),
      TF_VAR_account_id: '123456789012',
      TF_VAR_alarm_emails: '[]',
      TF_VAR_repository: 'weft/backend',
      TF_VAR_release: '{"indexer_image_digest": "sha256:aa"}',
      TF_VAR_secret_keeper_arns: '["arn:aws:iam::123456789012:role/keeper"]',
    },
  })
  const noted = existsSync(calls) ? readFileSync(calls, 'utf8').trimEnd().split('\n') : []
  return { status, shown: stdout, calls: noted.map((call) => call.trimEnd()) }
}

/** What the person types back. */
const nameIn = (args: string) => args.split(' ')[0]

const changes = ({ calls }: Run) =>
  calls.filter((call) => /^terraform \S+ (apply|destroy)|^aws ssm put-parameter|^sleep/.test(call))

describe.skipIf(!canType && !process.env.CI)('teardown.sh (skipped without script(1), never in CI)', () => {
  test('pauses, waits, lifts protection and destroys, in this order', () => {
    stand('bootstrap', 'global', 'stokenet')
    const done = run('teardown.sh', 'stokenet', 'stokenet')
    expect(done.status, done.shown).toBe(0)
    expect(done.calls).toEqual([
      'terraform stokenet init -input=false -reconfigure',
      'aws ssm put-parameter /weft/stokenet/mode paused',
      'sleep 120',
      'terraform stokenet apply -input=false -auto-approve -var allow_destroy=true',
      'terraform stokenet destroy -var allow_destroy=true',
    ])
    expect(['bootstrap', 'global', 'stokenet'].filter(standing)).toEqual(['bootstrap', 'global'])
  })

  test.each(['', 'yes', 'Stokenet'])('answered "%s" changes nothing', (typed) => {
    stand('bootstrap', 'global', 'stokenet')
    const refused = run('teardown.sh', 'stokenet', typed)
    expect(refused.shown).toContain('Not confirmed; nothing was changed.')
    expect(refused.status).toBe(1)
    expect(refused.calls).toEqual([])
  })

  test.each(['mainnet', 'bootstrap'])('%s needs its flag and the confirmation', (name) => {
    stand('bootstrap')
    const withoutFlag = run('teardown.sh', name)
    expect(withoutFlag.shown).toContain('Add --i-mean-mainnet')
    expect(withoutFlag.status).toBe(2)
    expect(withoutFlag.calls).toEqual([])

    const withoutAnswer = run('teardown.sh', `${name} --i-mean-mainnet`, 'no')
    expect(withoutAnswer.shown).toContain('Not confirmed')
    expect(changes(withoutAnswer)).toEqual([])

    if (name === 'mainnet') stand('global', 'mainnet')
    expect(run('teardown.sh', `${name} --i-mean-mainnet`, name).status).toBe(0)
    expect(standing(name)).toBe(false)
  })

  test('takes everything down from the environments to the bootstrap and refuses every other order', () => {
    stand('bootstrap', 'global', 'mainnet', 'stokenet')
    const refusals = [
      ['global', 'mainnet'],
      ['bootstrap --i-mean-mainnet', 'global'],
      ['mainnet --i-mean-mainnet', undefined],
      ['global', 'stokenet'],
      ['stokenet', undefined],
      ['bootstrap --i-mean-mainnet', 'global'],
      ['global', undefined],
      ['bootstrap --i-mean-mainnet', undefined],
    ] as const
    for (const [args, inTheWay] of refusals) {
      const result = run('teardown.sh', args, inTheWay === undefined ? nameIn(args) : undefined)
      if (inTheWay === undefined) expect(result.status, result.shown).toBe(0)
      else {
        expect(result.shown).toContain(`'${inTheWay}' still has resources`)
        expect([result.status, changes(result)]).toEqual([1, []])
      }
    }
    expect(['bootstrap', 'global', 'mainnet', 'stokenet'].filter(standing)).toEqual([])
  })

  test.each(['global', 'bootstrap --i-mean-mainnet'])('%s stays when it cannot be known what stands on it', (args) => {
    const refused = run('teardown.sh', args)
    expect(refused.shown).toContain('NoSuchBucket')
    expect(refused.status).toBeGreaterThan(0)
    expect(changes(refused)).toEqual([])
  })
})

describe.skipIf(!canType && !process.env.CI)('rebuild.sh (skipped without script(1), never in CI)', () => {
  test('builds everything from the bootstrap to the environments and refuses every other order', () => {
    const steps = [
      ['stokenet', "rebuild 'bootstrap' first"],
      ['global', "rebuild 'bootstrap' first"],
      ['bootstrap --i-mean-mainnet', undefined],
      ['mainnet --i-mean-mainnet', "rebuild 'global' first"],
      ['global', undefined],
      ['stokenet', "Push the indexer's image sha256:aa"],
    ] as const
    for (const [args, refusal] of steps) {
      const result = run('rebuild.sh', args, refusal === undefined ? nameIn(args) : undefined)
      expect(result.shown).toContain(refusal ?? 'is up')
      expect(result.status, result.shown).toBe(refusal === undefined ? 0 : 1)
    }
    stand('image')
    for (const args of ['stokenet', 'mainnet --i-mean-mainnet'])
      expect(run('rebuild.sh', args, nameIn(args)).status).toBe(0)
    expect(['bootstrap', 'global', 'mainnet', 'stokenet'].filter(standing)).toHaveLength(4)
  })

  test('makes the image repository, plans, asks, and applies that plan', () => {
    stand('bootstrap', 'global', 'image')
    expect(run('rebuild.sh', 'stokenet', 'stokenet').calls).toEqual([
      'aws s3api head-bucket weft-global-terraform-state-123456789012',
      'aws s3api head-bucket weft-global-artefacts-123456789012',
      'aws ssm describe-parameters Key=Name,Values=/weft/stokenet/seed-phrase',
      'terraform stokenet init -input=false -reconfigure',
      'terraform stokenet apply -input=false -target=module.weft.module.liquidation_service.aws_ecr_repository.indexer',
      'aws ecr describe-images weft-stokenet-indexer',
      'terraform stokenet plan -input=false -out=<plan>',
      'terraform stokenet apply -input=false <plan>',
    ])
  })

  test('applies nothing of the plan that is not confirmed, and mainnet not without its flag', () => {
    stand('bootstrap', 'global', 'image')
    const unconfirmed = run('rebuild.sh', 'mainnet --i-mean-mainnet', 'stokenet')
    expect(unconfirmed.shown).toContain('Not confirmed')
    expect(standing('mainnet')).toBe(false)
    expect(changes(unconfirmed)).toHaveLength(1)

    const withoutFlag = run('rebuild.sh', 'mainnet')
    expect([withoutFlag.status, withoutFlag.calls]).toEqual([2, []])
  })
})
