import type { MarketSnapshot, SyncPoint } from '@weft/domain'
import { GatewayClient } from '../src/gateway/gateway-client.ts'
import { loadNetworkConfig, type NetworkConfig } from '../src/network-config.ts'
import { GatewayHealthOracle } from '../src/weft/gateway-health-oracle.ts'
import { GatewayLedger } from '../src/weft/gateway-ledger.ts'
import { Examples } from './examples.ts'
import type { SborJson } from './sbor-json.ts'
import { type StubHandler, stubGateway } from './stub-gateway.ts'

/** Sync point of all example answers; half a minute past the market's own minute. */
const LEDGER_STATE = {
  network: 'mainnet',
  state_version: 560_000_000,
  proposer_round_timestamp: '2026-11-29T15:40:30.000Z',
  epoch: 342_600,
  round: 77,
}

export interface ExampleMarket {
  readonly network: NetworkConfig
  readonly client: GatewayClient
  readonly reader: GatewayLedger
  readonly oracle: GatewayHealthOracle
  readonly at: SyncPoint
  /** Requests so far, by endpoint. */
  readonly seen: ReadonlyMap<string, readonly Record<string, unknown>[]>
  market(): Promise<MarketSnapshot>
  close(): void
}

/**
 * A Gateway that serves the example answers, read with the configuration of mainnet that we ship.
 * @param change what stands on this ledger otherwise than in the examples.
 */
export async function startExampleMarket(change: (examples: Examples) => void = () => {}): Promise<ExampleMarket> {
  const examples = new Examples()
  change(examples)
  const gateway = await stubGateway(handlersFor(examples))
  const network = await loadNetworkConfig(new URL('../../../networks/mainnet.json', import.meta.url))
  const policy = { firstWaitMs: 1, longestWaitMs: 2, maxRetries: 1, maxRequestsPerSecond: 10_000 }
  const client = new GatewayClient({ gatewayUrls: [gateway.url], network, policy })
  // Nobody else's opinion on prices: what the examples say is what is read.
  const reader = new GatewayLedger(client, network, { secondPrices: [] })
  const at = await reader.syncPoint()
  return {
    network,
    client,
    reader,
    oracle: new GatewayHealthOracle(client, network),
    at,
    seen: gateway.seen,
    market: () => reader.marketSnapshot(at),
    close: gateway.close,
  }
}

function handlersFor(examples: Examples): Record<string, StubHandler> {
  const ok = (body: object) => ({ body: { ledger_state: LEDGER_STATE, ...body } })
  const texts = (list: unknown): string[] => (Array.isArray(list) ? list.map(String) : [])
  return {
    '/status/network-configuration': () => ({
      body: { network_id: 1, network_name: 'mainnet', well_known_addresses: {} },
    }),
    '/status/gateway-status': () => ok({ release_info: {} }),
    '/state/entity/details': ({ addresses }) =>
      ok({ items: texts(addresses).flatMap((address) => examples.entities.get(address) ?? []) }),
    '/state/key-value-store/keys': ({ key_value_store_address: store }) =>
      ok({
        key_value_store_address: store,
        items: (examples.stores.get(String(store)) ?? []).map(({ keyHex, key }) => ({
          key: { raw_hex: keyHex, programmatic_json: key },
          last_updated_at_state_version: LEDGER_STATE.state_version,
        })),
      }),
    '/state/key-value-store/data': ({ key_value_store_address: store, keys }) => {
      const wanted = new Set(
        (Array.isArray(keys) ? keys : []).map((each: { readonly key_hex: string }) => each.key_hex),
      )
      const rows = (examples.stores.get(String(store)) ?? []).filter(({ keyHex }) => wanted.has(keyHex))
      return ok({
        key_value_store_address: store,
        entries: rows.map(({ keyHex, key, value }) => ({
          key: { raw_hex: keyHex, programmatic_json: key },
          value: { raw_hex: '', programmatic_json: value },
          last_updated_at_state_version: LEDGER_STATE.state_version,
          is_locked: false,
        })),
      })
    },
    '/state/non-fungible/data': ({ resource_address: resource, non_fungible_ids: ids }) => {
      const wanted = new Set(texts(ids))
      const found = examples.nonFungibles.get(String(resource)) ?? []
      return ok({
        resource_address: resource,
        non_fungible_id_type: 'Integer',
        non_fungible_ids: found.filter(({ non_fungible_id: id }) => wanted.has(id)),
      })
    },
    '/transaction/preview': ({ manifest }) => ({ body: previewOf(String(manifest), examples) }),
  }
}

/** Runs the first call of a manifest: everything in quotes or brackets after the method's name is what it asks for. */
function previewOf(manifest: string, { methods }: Examples): object {
  const [, method = '', args = ''] = /CALL_METHOD\s+Address\("[^"]+"\)\s+"([^"]+)"([\s\S]*?)\n;/.exec(manifest) ?? []
  const answer = methods.get(method)
  if (!answer) return receipt('Failed', undefined, `no method ${method}`)
  return receipt('Succeeded', answer(new Set([...args.matchAll(/"([^"]+)"/g)].map(([, each = '']) => each))))
}

function receipt(status: string, output: SborJson | undefined, error?: string): object {
  return {
    encoded_receipt: '',
    receipt: {
      status,
      ...(output && { output: [{ hex: '', programmatic_json: output }] }),
      ...(error && { error_message: error }),
    },
    resource_changes: [],
    logs: [],
  }
}
