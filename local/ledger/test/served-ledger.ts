import { createHash } from 'node:crypto'
import { GatewayApiClient } from '@radixdlt/babylon-gateway-api-sdk'
import { PrivateKey, RadixEngineToolkit, TransactionBuilder } from '@radixdlt/radix-engine-toolkit'
import type { LedgerServerOptions } from '../src/gateway/server.ts'
import { createLedger, type Ledger, type LedgerOptions, type LedgerServer, startLedgerServer } from '../src/index.ts'

/** A ledger behind its server, for tests: rounds only when the test makes them, lag measured in ledger time. */
export interface ServedLedger extends AsyncDisposable {
  readonly ledger: Ledger
  readonly server: LedgerServer
  /** The official client. */
  readonly client: GatewayApiClient
  /** The raw answer of a Gateway path, for what the client hides or refuses to send. */
  post(path: string, body?: unknown): Promise<RawAnswer>
}

/** An HTTP answer; tests reach into its JSON by paths such as `items[0].key.raw_hex`, or `items[].intent_hash` for a list of them. */
export class RawAnswer {
  readonly status: number
  readonly headers: Headers
  readonly body: string

  constructor(status: number, headers: Headers, body: string) {
    this.status = status
    this.headers = headers
    this.body = body
  }

  /** The parsed body, `undefined` when it is not JSON. */
  get json(): unknown {
    try {
      return JSON.parse(this.body)
    } catch {
      return undefined
    }
  }

  /** What stands at `path`, `undefined` when nothing does. */
  at(path: string): unknown {
    return reach(this.json, path.split(/\.|(?=\[)/))
  }

  /** @throws when no text stands at `path`. */
  text(path: string): string {
    const found = this.at(path)
    if (typeof found !== 'string') throw new Error(`no text at ${path} of ${this.body}`)
    return found
  }

  /** @throws when no number stands at `path`. */
  number(path: string): number {
    const found = this.at(path)
    if (typeof found !== 'number') throw new Error(`no number at ${path} of ${this.body}`)
    return found
  }

  /** @throws when no list stands at `path`. */
  list(path: string): unknown[] {
    const found = this.at(path)
    if (!Array.isArray(found)) throw new Error(`no list at ${path} of ${this.body}`)
    return found
  }
}

function reach(value: unknown, [step, ...rest]: readonly string[]): unknown {
  if (step === undefined) return value
  if (step === '[]') return Array.isArray(value) ? value.map((item) => reach(item, rest)) : undefined
  const key = step.replace(/^\[(\d+)\]$/, '$1')
  const next =
    typeof value === 'object' && value !== null ? Object.entries(value).find(([name]) => name === key) : undefined
  return reach(next?.[1], rest)
}

export async function serveLedger(
  ledgerOptions: Partial<LedgerOptions> = {},
  serverOptions: LedgerServerOptions = {},
): Promise<ServedLedger> {
  const ledger = await createLedger({ seed: 1, cdps: 12, roundMs: 0, ...ledgerOptions })
  const server = await startLedgerServer(ledger, { clock: { now: () => ledger.tip().timestampMs }, ...serverOptions })
  const client = GatewayApiClient.initialize({ applicationName: 'weft-ledger-test', basePath: server.url })
  return {
    ledger,
    server,
    client,
    post: (path, body) => post(server.url + path, body),
    async [Symbol.asyncDispose]() {
      await server.close()
      ledger.close()
    },
  }
}

async function post(url: string, body: unknown): Promise<RawAnswer> {
  const response = await fetch(url, {
    method: 'POST',
    ...(body === undefined
      ? {}
      : {
          body: typeof body === 'string' ? body : JSON.stringify(body),
          headers: { 'content-type': 'application/json' },
        }),
  })
  return new RawAnswer(response.status, response.headers, await response.text())
}

/** Someone with a key of their own: the same name gives the same account. */
export interface TestSigner {
  readonly account: string
  readonly publicKeyHex: string
  sign(transaction: TestTransaction): Promise<{ readonly payloadHex: string; readonly intentHash: string }>
}

export interface TestTransaction {
  readonly manifest: string
  readonly nonce: number
  readonly startEpochInclusive: number
  readonly endEpochExclusive: number
}

export async function testSigner(name: string, networkId: number): Promise<TestSigner> {
  const key = new PrivateKey.Ed25519(createHash('sha256').update(name).digest('hex'))
  const publicKey = key.publicKey()
  const account = await RadixEngineToolkit.Derive.virtualAccountAddressFromPublicKey(publicKey, networkId)
  return {
    account: account.toString(),
    publicKeyHex: Buffer.from(publicKey.bytes).toString('hex'),
    async sign({ manifest, ...header }) {
      const builder = await TransactionBuilder.new()
      const transaction = await builder
        .header({ ...header, networkId, notaryPublicKey: publicKey, notaryIsSignatory: true, tipPercentage: 0 })
        .manifest({ instructions: { kind: 'String', value: manifest }, blobs: [] })
        .notarize(key)
      const { id } = await RadixEngineToolkit.NotarizedTransaction.intentHash(transaction)
      const payload = await RadixEngineToolkit.NotarizedTransaction.compile(transaction)
      return { payloadHex: Buffer.from(payload).toString('hex'), intentHash: id }
    },
  }
}

/** A manifest that moves `amount` XRD from one account to another, fee from the first. */
export function transferManifest(xrd: string, from: string, to: string, amount: string): string {
  return `CALL_METHOD Address("${from}") "lock_fee" Decimal("5");
CALL_METHOD Address("${from}") "withdraw" Address("${xrd}") Decimal("${amount}");
CALL_METHOD Address("${to}") "try_deposit_batch_or_abort" Expression("ENTIRE_WORKTOP") Enum<0u8>();
`
}
