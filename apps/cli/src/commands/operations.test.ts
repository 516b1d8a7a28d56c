import { ReceiveMessageCommand } from '@aws-sdk/client-sqs'
import {
  type AwsClients,
  awsClients,
  DynamoExecutionJournal,
  DynamoQuarantineStore,
  priceTrustStore,
  RecordsTable,
  SsmModeSwitch,
} from '@weft/aws'
import { type Cloud, type CloudResources, createResources, startCloud } from '@weft/cloud'
import { CandidateMessage, cdpIdOf, Decimal, holdAsset, isTrusted, ResourceAddress } from '@weft/domain'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { weft } from '../../test/command.ts'
import { recordExecution } from '../../test/executions.ts'
import { aCandidateOf } from '../../test/specimens.ts'

/** Operators' commands against the environment `local` of an embedded cloud, as `WEFT_AWS_ENDPOINT` alone names it. */

let cloud: Cloud
let aws: AwsClients
let resources: CloudResources
let table: RecordsTable

beforeAll(async () => {
  cloud = await startCloud()
  aws = awsClients({ region: cloud.region, endpoint: cloud.endpoint })
  resources = await createResources(cloud, { environment: 'local' })
  table = new RecordsTable(aws.dynamodb, resources.table)
})
afterAll(async () => {
  aws?.close()
  await cloud?.close()
})

const HUG = ResourceAddress.parse('resource_loc1tkhugspecimen')
const NOW = 1_795_385_700_000
const operate = (...args: readonly string[]) => weft(args, { WEFT_AWS_ENDPOINT: cloud.endpoint, USER: 'ada' })

const aCandidate = (number: number) => aCandidateOf(number, NOW)

async function takeCandidates(): Promise<readonly string[]> {
  const { Messages = [] } = await aws.sqs.send(
    new ReceiveMessageCommand({
      QueueUrl: resources.queues.liquidation.url,
      MaxNumberOfMessages: 10,
      WaitTimeSeconds: 0,
    }),
  )
  return Messages.map(({ Body }) => CandidateMessage.parse(JSON.parse(Body ?? '')).cdpId)
}

test('executions: says that there are none, then lists them newest first and shows one with its plan', async () => {
  const journal = new DynamoExecutionJournal(table)
  expect(await operate('executions', 'list')).toEqual({
    exitCode: 0,
    stdout: 'No execution is recorded yet.\n',
    stderr: [],
  })
  await recordExecution(journal, 7, NOW)
  await recordExecution(journal, 8, NOW, { createdAtMs: NOW + 1_000, reason: 'the preview failed' })
  const { stdout } = await operate('executions', 'list')
  const [heads = '', newest = '', oldest = '', ...rest] = stdout.trimEnd().split('\n')
  expect(heads).toMatch(/^CDP +attempt +state +updated +expected XRD/)
  expect(newest).toMatch(/^#8# +1 +planned +2026-11-22T\d\d:\d\d:\d\dZ +12\.3456 .*the preview failed$/)
  expect(oldest).toMatch(/^#7# +1 +planned/)
  expect(rest).toEqual([])

  const json: unknown = JSON.parse((await operate('executions', 'list', '--json', '--limit', '1')).stdout)
  expect(json).toMatchObject([{ cdpId: '#8#', expectedProfitXrd: '12.345678' }])
  const shown = await operate('executions', 'show', '7')
  expect(JSON.parse(shown.stdout)).toMatchObject({ cdpId: '#7#', plan: { funding: 'flash-loan' } })
  expect((await operate('executions', 'show', '99')).stdout).toBe('No execution is recorded for #99#.\n')
})

test('quarantine: lists what is held and why, releases a candidate to the liquidator, drops another', async () => {
  const quarantine = new DynamoQuarantineStore(table)
  for (const number of [11, 12])
    await quarantine.hold(aCandidate(number), [{ resource: HUG, why: 'moved 10000000 times' }], NOW + number, undefined)
  const listed = await operate('quarantine', 'list')
  expect(listed.stdout).toContain('Every price is believed.')
  expect(listed.stdout).toMatch(/#11# +2026-11-22T\S+ +resource_loc1tkhugspecimen: moved 10000000 times/)

  expect(await operate('quarantine', 'release', '#11#')).toMatchObject({ exitCode: 0, stdout: '#11# released.\n' })
  expect(await takeCandidates()).toEqual(['#11#'])
  expect(await quarantine.find(cdpIdOf(11))).toMatchObject({ state: 'released', decidedBy: 'ada' })

  expect(await operate('quarantine', 'drop', '12')).toMatchObject({ exitCode: 0, stdout: '#12# dropped.\n' })
  expect(await takeCandidates()).toEqual([])
  expect(await quarantine.held(10)).toEqual([])
  expect(await operate('quarantine', 'release', '12')).toEqual({
    exitCode: 2,
    stdout: '',
    stderr: ['#12# is not held; `weft quarantine list` shows what is.'],
  })
})

test('quarantine: believes an asset again at an operator’s word', async () => {
  expect((await operate('quarantine', 'release', HUG)).stderr).toEqual([`No price of ${HUG} has been read yet.`])
  const store = priceTrustStore(table, 'local')
  const price = { priceXrd: Decimal.parse('1275'), atMs: NOW }
  const trusted = {
    accepted: price,
    latest: { ...price, source: 'feed' as const },
    unchangedSinceMs: NOW,
    secondWhenUnchanged: null,
    reasons: [],
    agreeingReadings: 0,
    distrustedSinceMs: null,
  }
  const pending = { ...trusted, latest: { ...trusted.latest, pendingXrd: Decimal.parse('1300') } }
  const state = { schemaVersion: 1, atMs: NOW, assets: new Map([[HUG, pending]]) } as const
  await store.replace(holdAsset(state, HUG, 'venue under attack', NOW), 0)
  expect((await operate('quarantine', 'list')).stdout).toMatch(
    /resource_loc1tkhugspecimen +1300 +1275 +1275 .*venue under attack/,
  )
  const isBelieved = async () => {
    const trust = (await store.read())?.value.assets.get(HUG)
    return trust && isTrusted(trust)
  }
  for (const unseen of [[], ['--price', '1275'], ['--price', 'high']])
    expect((await operate('quarantine', 'release', HUG, ...unseen)).stderr).toEqual([
      `The latest price of ${HUG} is 1300 XRD; if you believe it, add --price 1300.`,
    ])
  expect(await isBelieved()).toBe(false)
  expect((await operate('quarantine', 'release', HUG, '--price', '1300')).stdout).toMatch(
    /is believed at 1300 XRD, and at the 1275 XRD that the market still uses, until 2\d{3}-/,
  )
  expect(await isBelieved()).toBe(true)
})

test('pause, dry-run and resume turn the switch that the services read', async () => {
  // As a service reads it the first time.
  const { ssm } = aws
  const inForce = () => new SsmModeSwitch(ssm, { parameter: resources.modeParameter, onUnknown: () => {} }).mode()
  expect((await operate('pause')).stdout).toBe('local is paused within thirty seconds (/weft/local/mode).\n')
  expect(await inForce()).toBe('paused')
  await operate('dry-run')
  expect(await inForce()).toBe('dry-run')
  expect((await operate('mode')).stdout).toBe('local (network local) is dry-run.\n')
  await operate('resume')
  expect(await inForce()).toBe('live')
})

test('an environment that nobody made is named, with the variables to check', async () => {
  const elsewhere = { WEFT_AWS_ENDPOINT: cloud.endpoint, WEFT_ENVIRONMENT: 'nowhere' }
  const { exitCode, stderr } = await weft(['executions', 'list'], elsewhere)
  expect(exitCode).toBe(2)
  expect(stderr).toEqual([expect.stringMatching(/; check WEFT_ENVIRONMENT and WEFT_RECORDS_TABLE\.$/)])
  // Whoever pauses a misspelt environment must not believe that it stands still.
  expect(await weft(['pause'], elsewhere)).toEqual({
    exitCode: 2,
    stdout: '',
    stderr: [
      'Nothing was set to paused: there is no /weft/nowhere/mode; check --environment, WEFT_ENVIRONMENT and WEFT_MODE_PARAMETER.',
    ],
  })
  // Nor that it is paused, while the one that was meant is live.
  expect(await weft(['mode', '--environment', 'nowhere'], { WEFT_AWS_ENDPOINT: cloud.endpoint })).toEqual({
    exitCode: 2,
    stdout: '',
    stderr: ['There is no /weft/nowhere/mode; check --environment, WEFT_ENVIRONMENT and WEFT_MODE_PARAMETER.'],
  })
})

test.each([['pause'], ['mode'], ['executions', 'list'], ['quarantine', 'list']])(
  'without an environment nothing is read or changed: %s %s',
  async (...command) => {
    const { exitCode, stdout, stderr } = await weft(command, {})
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' })
    expect(stderr).toEqual([expect.stringMatching(/^Say which environment: --environment stokenet/)])
  },
)
