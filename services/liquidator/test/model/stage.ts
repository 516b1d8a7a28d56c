import { BatchWriteCommand, ScanCommand } from '@aws-sdk/lib-dynamodb'
import type { MarketSnapshot, RefreshableMarket } from '@weft/domain'
import { createLedger, type Ledger, type LedgerServer, startLedgerServer } from '@weft/ledger'
import { GatewayClient, GatewayLedger } from '@weft/radix'
import { networkOf, startTestCloud, startTestMarket, type TestCloud, type TestMarket } from '../market.ts'

export const OPENING_PRICE_XUSDC = 225
/** An intent's window is one to two of them: as in earnest, it may outlive the lease of the worker that signed it. */
export const EPOCH_MS = 40_000

/** Every world begins at this moment and from this seed, so that all of them begin alike. */
const LEDGER = {
  seed: 1,
  startTimeMs: Date.parse('2026-01-01T00:00:00Z'),
  epochMs: EPOCH_MS,
  commitDelayMs: { min: 0, max: 8_000 },
}

/** A market of three CDPs that nothing has happened to yet. */
export interface Opening {
  readonly market: TestMarket
  readonly cdps: readonly string[]
  /** Reads this market through the Gateway, but its configurations only once for all worlds: here they never change. */
  readonly reader: RefreshableMarket
}

/** What the first world found at its beginning, and every other one must find as well. */
interface Beginning {
  readonly digest: string
  readonly snapshot: MarketSnapshot
}

/**
 * What outlives a run: the embedded cloud with its table, and the server in front of whichever ledger is played on, with the
 * connections to it. Setting them up, and reading a market for the first time, would be most of what a run costs.
 */
export class Stage {
  readonly #cloud: TestCloud
  readonly #server: LedgerServer
  readonly #reader: GatewayLedger
  readonly #show: (ledger: Ledger) => void
  #last: TestMarket | undefined
  #beginning: Beginning | undefined

  private constructor(cloud: TestCloud, server: LedgerServer, reader: GatewayLedger, show: (ledger: Ledger) => void) {
    this.#cloud = cloud
    this.#server = server
    this.#reader = reader
    this.#show = show
  }

  static async set(): Promise<Stage> {
    const cloud = await startTestCloud()
    const first = await createLedger({ ...LEDGER, cdps: 0, roundMs: 0 })
    let shown = first
    const server = await startLedgerServer(
      standInFor(first, () => shown),
      { clock: { now: () => shown.tip().timestampMs } },
    )
    const client = new GatewayClient({
      gatewayUrls: [server.url],
      // Unhurried as towards the public Gateway, a run would mostly wait.
      policy: { maxRequestsPerSecond: 10_000, maxConcurrentRequests: 64 },
    })
    return new Stage(cloud, server, new GatewayLedger(client, networkOf(first, server.url)), (ledger) => {
      shown = ledger
    })
  }

  /** A new world in place of the one before, which is over. */
  async open(): Promise<Opening> {
    if (this.#last) await emptyTable(this.#cloud, this.#last.resources.table)
    const market = await startTestMarket(this.#cloud, {
      ledger: LEDGER,
      walletXrd: '100000',
      serve: (ledger) => {
        this.#show(ledger)
        return this.#server
      },
      ...(this.#last ? { resources: this.#last.resources } : {}),
    })
    this.#last = market
    market.setMode('live')
    const cdps = ['60', '80', '100'].map((xUSDC) =>
      market.ledger.control.openCdp({
        collaterals: { xUSDC },
        loans: { XRD: String(Math.floor(Number(xUSDC) * OPENING_PRICE_XUSDC * 0.6)) },
      }),
    )
    const { snapshot } = await this.#beginningOf(market)
    const reader = this.#reader
    return {
      market,
      cdps,
      reader: {
        marketSnapshot: (at) => reader.refreshMarket(snapshot, at),
        refreshMarket: (previous, at) => reader.refreshMarket(previous, at),
      },
    }
  }

  async close(): Promise<void> {
    await this.#server.close()
    await this.#cloud.stop()
  }

  async #beginningOf(market: TestMarket): Promise<Beginning> {
    const digest = market.ledger.control.summary().historyDigest
    if (!this.#beginning) {
      const snapshot = await this.#reader.marketSnapshot(await this.#reader.syncPoint())
      this.#beginning = { digest, snapshot }
    }
    if (this.#beginning.digest !== digest) throw new Error('This world begins otherwise than the first one did.')
    return this.#beginning
  }
}

/** The shown ledger under one address. */
function standInFor(first: Ledger, shown: () => Ledger): Ledger {
  return new Proxy(first, {
    get(_target, property) {
      const ledger = shown()
      const member: unknown = Reflect.get(ledger, property, ledger)
      return typeof member === 'function' ? member.bind(ledger) : member
    },
  })
}

async function emptyTable({ clients }: TestCloud, table: string): Promise<void> {
  const { Items = [] } = await clients.dynamodb.send(new ScanCommand({ TableName: table }))
  const deletions = Items.map(({ pk, sk }) => ({ DeleteRequest: { Key: { pk, sk } } }))
  for (let from = 0; from < deletions.length; from += 25)
    await clients.dynamodb.send(new BatchWriteCommand({ RequestItems: { [table]: deletions.slice(from, from + 25) } }))
}
