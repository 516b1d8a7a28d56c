import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import {
  type AwsClients,
  awsClients,
  DynamoExecutionJournal,
  DynamoQuarantineStore,
  RecordsTable,
  SqsCandidateQueue,
} from '@weft/aws'
import type { AwsCall } from '@weft/aws/test/record-aws-calls'
import { recordAwsRequests } from '@weft/aws/test/record-aws-requests'
import { type Cloud, type CloudResources, createResources, startCloud } from '@weft/cloud'
import { ResourceAddress } from '@weft/domain'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { weft } from '../../test/command.ts'
import { recordExecution } from '../../test/executions.ts'
import { aCandidateOf } from '../../test/specimens.ts'

/** The rights that docs/operations.md names for each command are those that the command uses, no fewer and no more. */
const guide = readFileSync(fileURLToPath(new URL('../../../../docs/operations.md', import.meta.url)), 'utf8')
const HUG = ResourceAddress.parse('resource_loc1tkhugspecimen')
const NOW = 1_795_385_700_000

let cloud: Cloud
let resources: CloudResources
let aws: AwsClients

const aCandidate = (number: number) => aCandidateOf(number, NOW)

beforeAll(async () => {
  cloud = await startCloud()
  resources = await createResources(cloud, { environment: 'local' })
  aws = awsClients({ region: cloud.region, endpoint: cloud.endpoint })
  const table = new RecordsTable(aws.dynamodb, resources.table)
  const quarantine = new DynamoQuarantineStore(table)
  for (const number of [11, 12])
    await quarantine.hold(aCandidate(number), [{ resource: HUG, why: 'doubted' }], NOW, undefined)
  // An execution is read only where there is one.
  await recordExecution(new DynamoExecutionJournal(table), 42, NOW)
  // Two of them, so that a redrive moves one and gives one back.
  const dead = new SqsCandidateQueue(aws.sqs, resources.queues.liquidation.deadLetterUrl)
  await dead.send([aCandidate(13), aCandidate(14)])
})
afterAll(async () => {
  aws?.close()
  await cloud?.close()
})

test.each([
  ['executions list', []],
  ['executions show', ['42']],
  ['quarantine list', []],
  ['quarantine release', ['11']],
  ['quarantine drop', ['12']],
  ['pause', []],
  ['dry-run', []],
  ['resume', []],
  ['mode', []],
  ['dead-letters list', ['--queue', 'liquidation']],
  ['dead-letters redrive', ['liquidation', '--cdp', '13']],
])('weft %s uses the rights that the guide names', async (command, args) => {
  const used: AwsCall[] = []
  const proxy = await recordAwsRequests(cloud.endpoint, (call) => used.push(call))
  const { exitCode, stderr } = await weft([...command.split(' '), ...args], { WEFT_AWS_ENDPOINT: proxy.url })
  await proxy.close()
  expect([exitCode, stderr]).toEqual([0, []])
  const named = ({ action, resource }: AwsCall) => `${action} on ${resource.replace(/(weft[-/])local/, '$1<env>')}`
  expect(rightsIn(command)).toEqual(used.map(named).sort())
})

/** `sqs:SendMessage on weft-<env>-liquidation`, … from the command's row; an environment's queue stands for the other. */
function rightsIn(command: string): string[] {
  const [, section = ''] = guide.split('## What an operator may do')
  const row = section
    .split('\n')
    .find((line) => line.startsWith('| ') && line.split('|')[1]?.includes(`\`${command}\``))
  if (row === undefined) throw new Error(`docs/operations.md has no row for ${command}.`)
  return [...row.matchAll(/((?:`\w+:\w+`(?:, )?)+) on `([^`]+)`/g)]
    .flatMap(([, actions = '', resource]) =>
      [...actions.matchAll(/`(\w+:\w+)`/g)].map(
        ([, action]) => `${action} on ${resource?.replace('<queue>', 'liquidation')}`,
      ),
    )
    .sort()
}
