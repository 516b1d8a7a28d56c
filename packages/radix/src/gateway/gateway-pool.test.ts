import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { LedgerRequestError, LedgerUnavailableError } from '@weft/domain'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { GatewayClient, type GatewayClientOptions } from './gateway-client.ts'
import { WrongNetworkError } from './wrong-network.ts'

interface StubGateway {
  readonly url: string
  readonly host: string
  readonly seen: string[]
  /** Seconds by which its ledger is behind, and state versions. */
  behindSeconds: number
  stateVersion: number
  networkId: number
  /** Instead of an answer: a status and a body, or nothing at all for ever. */
  fault: { status: number; body: string } | 'silent' | undefined
  close(): void
}

const NOT_SYNCED = JSON.stringify({ message: 'x', code: 500, details: { type: 'NotSyncedUpError' } })
const REFUSED = JSON.stringify({ message: 'no longer valid', code: 400, details: { type: 'InvalidTransactionError' } })
const BEYOND = JSON.stringify({ message: 'State version is beyond the end of the known ledger', code: 400 })
const NOW_MS = Date.parse('2026-11-29T12:00:00Z')

async function startGateway(stateVersion: number): Promise<StubGateway> {
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    const endpoint = (request.url ?? '').replace(/\/$/, '')
    const body = chunks.length === 0 ? {} : JSON.parse(Buffer.concat(chunks).toString('utf8'))
    stub.seen.push(endpoint)
    if (stub.fault === 'silent') return
    const pinned: number | undefined = body.at_ledger_state?.state_version
    const fault = stub.fault ?? (pinned && pinned > stub.stateVersion ? { status: 400, body: BEYOND } : undefined)
    if (fault) return void response.writeHead(fault.status).end(fault.body)
    const timeMs = NOW_MS - stub.behindSeconds * 1_000
    const ledger_state = {
      network: 'local',
      state_version: pinned ?? stub.stateVersion,
      proposer_round_timestamp: new Date(timeMs).toISOString(),
      epoch: 1,
      round: 1,
    }
    response.writeHead(200, { 'content-type': 'application/json' })
    response.end(
      JSON.stringify({
        ledger_state,
        network_id: stub.networkId,
        network_name: 'a network',
        well_known_addresses: {},
        release_info: {},
        items: [],
        duplicate: false,
        encoded_receipt: '',
        receipt: {},
        resource_changes: [],
        logs: [],
      }),
    )
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const stub: StubGateway = {
    url: `http://127.0.0.1:${port}`,
    host: `127.0.0.1:${port}`,
    seen: [],
    behindSeconds: 0,
    stateVersion,
    networkId: 242,
    fault: undefined,
    close: () => {
      server.closeAllConnections()
      server.close()
    },
  }
  return stub
}

let first: StubGateway
let second: StubGateway
beforeEach(async () => {
  first = await startGateway(100)
  second = await startGateway(100)
})
afterEach(() => {
  first.close()
  second.close()
})

function clientOf(options: Partial<GatewayClientOptions> = {}): GatewayClient {
  return new GatewayClient({
    gatewayUrls: [first.url, second.url],
    network: { name: 'local', networkId: 242 },
    ...options,
    policy: { firstWaitMs: 1, longestWaitMs: 2, maxRetries: 1, maxRequestsPerSecond: 10_000, ...options.policy },
  })
}

const pinned = (client: GatewayClient, version = 100) =>
  client.entityDetails({ addresses: ['a'], at_ledger_state: { state_version: version } })
const atTip = (client: GatewayClient) => client.entityDetails({ addresses: ['a'] })
const readsOf = ({ seen }: StubGateway) => seen.filter((endpoint) => endpoint === '/state/entity/details').length

describe('failover', () => {
  test.each([
    ['answers HTML', { status: 200, body: '<html>' }],
    ['answers 403', { status: 403, body: '<html>' }],
    ['answers 408', { status: 408, body: '' }],
    ['answers {}', { status: 200, body: '{}' }],
    ['is down', { status: 503, body: '' }],
    ['follows no ledger any more', { status: 500, body: NOT_SYNCED }],
  ])('a read goes to the next Gateway at once while the first one %s', async (_, fault) => {
    const waits: number[] = []
    const client = clientOf({ onRetry: (_endpoint, _problem, waitMs) => waits.push(waitMs) })
    await pinned(client)
    first.fault = fault
    await pinned(client)
    expect([readsOf(first), readsOf(second)]).toEqual([2, 1])
    expect(waits).toEqual([0])
  })

  test('who had an outage is asked last, until it answers again', async () => {
    const client = clientOf()
    await client.gatewayStatus()
    first.fault = { status: 503, body: '' }
    await pinned(client)
    first.fault = undefined
    await pinned(client)
    expect([readsOf(first), readsOf(second)]).toEqual([1, 2])
    await client.gatewayStatus()
    await pinned(client)
    expect([readsOf(first), readsOf(second)]).toEqual([2, 2])
  })

  test('a Gateway whose ledger stands still is passed over, and is told', async () => {
    const told: string[] = []
    const client = clientOf({ onGateway: (host, state) => told.push(`${host} ${state}`) })
    first.behindSeconds = 600
    first.stateVersion = 50
    expect((await client.gatewayStatus()).ledger_state.state_version).toBe(100)
    await atTip(client)
    expect([readsOf(first), readsOf(second)]).toEqual([0, 1])
    expect(told).toEqual([`${first.host} lagging`])
  })

  test('the tip is told by the second Gateway when the first one never answers', async () => {
    const client = clientOf({ policy: { attemptTimeoutMs: 60_000 } })
    await client.gatewayStatus()
    first.fault = 'silent'
    second.stateVersion = 107
    expect((await client.gatewayStatus()).ledger_state.state_version).toBe(107)
  })

  test('all of them down is an outage, all of them without a moving ledger a halt', async () => {
    const client = clientOf()
    await client.gatewayStatus()
    for (const each of [first, second]) each.fault = { status: 500, body: NOT_SYNCED }
    await expect(atTip(client)).rejects.toMatchObject({ name: 'LedgerUnavailableError', why: 'halted' })
    expect([...client.gatewayStates().values()]).toEqual(['serving', 'serving'])
    for (const each of [first, second]) each.fault = { status: 503, body: '' }
    await expect(atTip(client)).rejects.toMatchObject({ name: 'LedgerUnavailableError', why: 'outage' })
  })
})

describe('pinned reads', () => {
  test('use a Gateway whose ledger has reached the state version', async () => {
    first.stateVersion = 90
    const client = clientOf()
    await client.gatewayStatus()
    await pinned(client, 100)
    expect([readsOf(first), readsOf(second)]).toEqual([0, 1])
    await pinned(client, 90)
    expect([readsOf(first), readsOf(second)]).toEqual([1, 1])
  })

  test('go on elsewhere in the middle of one reading', async () => {
    const client = clientOf()
    await client.onOneGateway(async () => {
      await atTip(client)
      first.fault = { status: 503, body: '' }
      await pinned(client)
    })
    expect(readsOf(second)).toBe(1)
  })
})

describe('what is read at the tip in one go', () => {
  test('stays on one Gateway, even when that one fails', async () => {
    const client = clientOf()
    const reading = client.onOneGateway(async () => {
      await client.gatewayStatus()
      first.fault = { status: 503, body: '' }
      await atTip(client)
    })
    await expect(reading).rejects.toBeInstanceOf(LedgerUnavailableError)
    expect(readsOf(second)).toBe(0)
    await client.onOneGateway(() => atTip(client))
    expect(readsOf(second)).toBe(1)
  })

  test('previews too', async () => {
    const client = clientOf()
    await client.onOneGateway(async () => {
      first.behindSeconds = 600
      await client.gatewayStatus()
      first.behindSeconds = 0
      await client.preview({
        manifest: 'x',
        nonce: 1,
        signer_public_keys: [],
        flags: {},
        start_epoch_inclusive: 1,
        end_epoch_exclusive: 2,
      })
    })
    expect(first.seen).not.toContain('/transaction/preview')
    expect(second.seen).toContain('/transaction/preview')
  })
})

describe('admission', () => {
  test('a Gateway of another network is never used, and is told', async () => {
    first.networkId = 1
    const told: string[] = []
    const client = clientOf({ onGateway: (host, state) => told.push(`${host} ${state}`) })
    await client.gatewayStatus()
    await pinned(client)
    await client.submit('4d22')
    expect(first.seen).toEqual(['/status/network-configuration'])
    expect(told).toEqual([`${first.host} foreign`])
  })

  test('with every Gateway on another network nothing is read, and each is asked again', async () => {
    first.networkId = 1
    second.networkId = 2
    const client = clientOf()
    await expect(pinned(client)).rejects.toBeInstanceOf(WrongNetworkError)
    await expect(client.gatewayStatus()).rejects.toBeInstanceOf(WrongNetworkError)
    expect([readsOf(first), readsOf(second)]).toEqual([0, 0])
    second.networkId = 242
    await pinned(client)
    expect([readsOf(first), readsOf(second)]).toEqual([0, 1])
  })
})

describe('submissions', () => {
  const submissions = ({ seen }: StubGateway) => seen.filter((endpoint) => endpoint === '/transaction/submit').length

  test('go to every Gateway, and one acceptance is enough', async () => {
    first.fault = undefined
    const client = clientOf()
    await client.gatewayStatus()
    first.fault = { status: 400, body: REFUSED }
    expect(await client.submit('4d22')).toMatchObject({ duplicate: false })
    expect([submissions(first), submissions(second)]).toEqual([1, 1])
  })

  test('are refused when all refuse, and unanswered when one did not answer', async () => {
    const client = clientOf()
    await client.gatewayStatus()
    for (const each of [first, second]) each.fault = { status: 400, body: REFUSED }
    await expect(client.submit('4d22')).rejects.toBeInstanceOf(LedgerRequestError)
    second.fault = { status: 503, body: '' }
    await expect(client.submit('4d22')).rejects.toBeInstanceOf(LedgerUnavailableError)
  })
})
