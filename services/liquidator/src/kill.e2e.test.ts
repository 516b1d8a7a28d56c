import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { DynamoExecutionJournal, RecordsTable } from '@weft/aws'
import { type CloudResources, createResources, ExecutionEnvironment, serviceEnvironment } from '@weft/cloud'
import { CandidateMessage, type ExecutionRecord } from '@weft/domain'
import { createLedger, type Ledger, type LedgerServer, startLedgerServer } from '@weft/ledger'
import { afterAll, beforeAll, expect, test } from 'vitest'
import * as z from 'zod'
import { type Trip, Tripwire } from '../test/kill/tripwire.ts'
import { candidateOf, networkOf, SEED_PHRASE, startTestCloud, type TestCloud } from '../test/market.ts'

const CLAIM_SECONDS = 2
const OPERATOR = 'account_loc128wlpnnz48ep7gcly95waxr9hw0p0ywy7z2lp4kya6wt0gj526aqw7'

let bundleDir: string
let cloud: TestCloud
let resources: CloudResources
let ledger: Ledger
let server: LedgerServer
let journal: DynamoExecutionJournal

beforeAll(async () => {
  bundleDir = await builtBundle()
  cloud = await startTestCloud()
  resources = await createResources(cloud.cloud, { environment: 'kill' })
  cloud.cloud.parameters.put(resources.seedPhraseParameter, SEED_PHRASE, 'SecureString')
  ledger = await createLedger({
    seed: 1,
    cdps: 0,
    roundMs: 50,
    commitDelayMs: { min: 100, max: 200 },
    genesis: { priceDebounceSeconds: 0 },
  })
  server = await startLedgerServer(ledger)
  journal = new DynamoExecutionJournal(new RecordsTable(cloud.clients.dynamodb, resources.table))
  ledger.control.fundAccount(OPERATOR, { XRD: '100000' })
})
afterAll(async () => {
  await server?.close()
  ledger?.close()
  await cloud?.stop()
  if (bundleDir) await rm(bundleDir, { recursive: true })
})

const journalWrite = (state: string) => (_: string, body: string) => body.includes(`":state":{"S":"${state}"}`)
const claim = (_: string, body: string) => body.includes('if_not_exists(#fencingToken')
const submission = (path: string) => path === '/transaction/submit'

/** Every journal step and the submission, before and after its effect. */
const STEPS: readonly [name: string, at: 'cloud' | 'gateway', trip: Trip][] = [
  ['with a claim that it never learned of', 'cloud', { how: 'unanswered', matches: claim }],
  ['before the attempt is planned', 'cloud', { how: 'lost', matches: journalWrite('planned') }],
  ['once the attempt is planned', 'cloud', { how: 'unanswered', matches: journalWrite('planned') }],
  ['once it has signed, before the payload is stored', 'cloud', { how: 'lost', matches: journalWrite('signed') }],
  ['once the payload is stored', 'cloud', { how: 'unanswered', matches: journalWrite('signed') }],
  ['before the submission arrives', 'gateway', { how: 'lost', matches: submission }],
  ['before the submission is answered', 'gateway', { how: 'unanswered', matches: submission }],
  ['before it records the submission', 'cloud', { how: 'lost', matches: journalWrite('submitted') }],
  ['once it has recorded the submission', 'cloud', { how: 'unanswered', matches: journalWrite('submitted') }],
  ['once it is committed, before that is recorded', 'cloud', { how: 'lost', matches: journalWrite('committed') }],
  ['once the commit is recorded', 'cloud', { how: 'unanswered', matches: journalWrite('committed') }],
]

test.each(STEPS)('killed -9 %s: restarted, the built bundle brings the one effect to its end', async (_, at, trip) => {
  ledger.control.setPrices({ xUSDC: '225' })
  const cdpId = ledger.control.openCdp({ collaterals: { xUSDC: '100' }, loans: { XRD: '14000' } })
  ledger.control.setPrices({ xUSDC: '190' })
  const event = sqsEvent(candidateOf(ledger, cdpId))
  const wires = { cloud: await Tripwire.before(cloud.cloud.endpoint), gateway: await Tripwire.before(server.url) }

  const victim = await start(wires.cloud.url, wires.gateway.url)
  const tripped = wires[at].arm(trip)
  const cutOff = victim.invoke(event)
  await Promise.race([tripped, cutOff.then((result) => expect.fail(`it was not killed: ${JSON.stringify(result)}`))])
  await victim.kill('SIGKILL')
  expect(await cutOff).toMatchObject({ kind: 'crashed', signal: 'SIGKILL' })

  // The message comes back after the claim has lapsed.
  const successor = await start(wires.cloud.url, wires.gateway.url)
  await sleep(CLAIM_SECONDS * 1_000)
  const result = await successor.invoke(event)
  await successor.kill()
  await Promise.all([wires.cloud.close(), wires.gateway.close()])

  expect(result).toEqual({ kind: 'returned', payload: { batchItemFailures: [] } })
  const { liquidations, liquidatedTwiceInOneExcursion, duplicateIntents } = ledger.control.summary()
  const ours = liquidations.filter((each) => each.cdpId === cdpId)
  expect(ours).toMatchObject([{ by: OPERATOR }])
  expect({ liquidatedTwiceInOneExcursion, duplicateIntents }).toEqual({
    liquidatedTwiceInOneExcursion: [],
    duplicateIntents: 0,
  })
  const { attempts: records } = await journal.standingOf(candidateOf(ledger, cdpId).cdpId)
  expect(records.filter(({ signed }) => signed)).toMatchObject([
    { state: 'committed', signed: { intentHash: ours[0]?.transactionId } },
  ] satisfies Partial<Record<keyof ExecutionRecord, unknown>>[])
})

/** The function as it is deployed, in a process of its own. */
function start(endpoint: string, gatewayUrl: string): Promise<ExecutionEnvironment> {
  return ExecutionEnvironment.start({
    name: 'weft-kill-liquidator',
    bundle: join(bundleDir, 'liquidator', 'index.mjs'),
    timeoutMs: 120_000,
    initTimeoutMs: 60_000,
    environment: {
      ...serviceEnvironment(cloud.cloud, resources),
      WEFT_AWS_ENDPOINT: endpoint,
      WEFT_NETWORK: 'local',
      WEFT_NETWORK_CONFIG: JSON.stringify(networkOf(ledger, gatewayUrl)),
      WEFT_LIQUIDATION_POLICY: JSON.stringify({ claimSeconds: CLAIM_SECONDS }),
    },
  })
}

function sqsEvent(candidate: CandidateMessage) {
  return {
    Records: [
      {
        messageId: `message-of-${candidate.cdpId}`,
        body: JSON.stringify(z.encode(CandidateMessage, candidate)),
        attributes: { ApproximateReceiveCount: '1', SentTimestamp: String(Date.now()) },
        eventSourceARN: 'arn:aws:sqs:eu-west-1:000000000000:weft-kill-liquidation',
      },
    ],
  }
}

/** Builds what is deployed, from the tree as it stands. */
async function builtBundle(): Promise<string> {
  const root = fileURLToPath(new URL('../../..', import.meta.url))
  const out = await mkdtemp(join(tmpdir(), 'weft-kill-'))
  const script = `const { buildArtefacts } = await import('./scripts/build/artefacts.ts'); await buildArtefacts(process.cwd(), ${JSON.stringify(out)})`
  await promisify(execFile)(process.execPath, ['--no-warnings', '--input-type=module', '--eval', script], { cwd: root })
  return out
}
