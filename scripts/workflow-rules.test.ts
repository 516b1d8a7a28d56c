import { describe, expect, test } from 'vitest'
import { workflowProblems } from './workflow-rules.ts'

const SHA = '0123456789abcdef0123456789abcdef01234567'

const SOUND = `
name: Sound
on:
  push:
    branches: [main]
permissions: {}
jobs:
  apply:
    runs-on: ubuntu-24.04
    timeout-minutes: 5
    environment: mainnet
    concurrency:
      group: apply-mainnet
      cancel-in-progress: false
    permissions:
      contents: read
      id-token: write
    steps:
      - uses: actions/checkout@${SHA} # v5.0.0
        with:
          persist-credentials: false
      - uses: aws-actions/configure-aws-credentials@${SHA} # v4.2.1
        with:
          role-to-assume: arn:aws:iam::123456789012:role/weft-global-apply-mainnet
      - run: ./apply.sh
`

test('a sound workflow breaks no rule', () => {
  expect(workflowProblems('sound.yml', SOUND)).toEqual([])
})

describe('a workflow is refused that', () => {
  test.each<[string, string, string, string]>([
    ['names an action by tag', `checkout@${SHA} # v5.0.0`, 'checkout@v5', 'not pinned by commit'],
    [
      'shortens the commit',
      `checkout@${SHA} # v5.0.0`,
      `checkout@${SHA.slice(0, 12)} # v5.0.0`,
      'not pinned by commit',
    ],
    ['hides the version of a pin', ' # v5.0.0', '', 'not pinned by commit with its version'],
    ['gives every job the default permissions', 'permissions: {}\n', '', 'must start from `permissions: {}`'],
    [
      'lets a job inherit',
      '    permissions:\n      contents: read\n      id-token: write\n',
      '',
      'names no permissions',
    ],
    ['can push commits', 'contents: read', 'contents: write', 'may write contents'],
    ['mixes identity and comments', 'contents: read', 'pull-requests: write', 'holds both an AWS identity'],
    ['cancels an apply', 'cancel-in-progress: false', 'cancel-in-progress: true', 'cancels runs'],
    ['applies without approval', '    environment: mainnet\n', '', 'outside a GitHub environment'],
    [
      'applies twice at once',
      '    concurrency:\n      group: apply-mainnet\n      cancel-in-progress: false\n',
      '',
      'without a concurrency group',
    ],
    ['uses stored keys', 'role-to-assume:', 'aws-access-key-id:', 'stored credentials instead of OIDC'],
    [
      'passes all secrets on',
      '    environment: mainnet\n',
      '    environment: mainnet\n    secrets: inherit\n',
      'stored credentials',
    ],
    ['builds a shell line from input', './apply.sh', 'echo $' + '{{ github.head_ref }}', 'interpolates an expression'],
    ['keeps the token in the checkout', 'persist-credentials: false', 'fetch-depth: 1', 'leaves the repository token'],
    ['may run for ever', '    timeout-minutes: 5\n', '', 'has no timeout'],
    [
      "runs a stranger's code with rights",
      '  push:\n    branches: [main]',
      '  pull_request_target:',
      'pull_request_target',
    ],
  ])('%s', (_title, sound, broken, problem) => {
    expect(SOUND).toContain(sound)
    expect(
      workflowProblems(
        'broken.yml',
        SOUND.replace(sound, () => broken),
      ).join('\n'),
    ).toContain(problem)
  })
})
