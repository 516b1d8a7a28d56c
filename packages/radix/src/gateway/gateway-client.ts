import type {
  GatewayStatusResponse,
  LedgerStateSelector,
  NetworkConfigurationResponse,
  StateEntityDetailsRequest,
  StateEntityDetailsResponse,
  StateEntityFungiblesPageRequest,
  StateEntityFungiblesPageResponse,
  StateKeyValueStoreDataRequest,
  StateKeyValueStoreDataResponse,
  StateKeyValueStoreKeysRequest,
  StateKeyValueStoreKeysResponse,
  StateNonFungibleDataRequest,
  StateNonFungibleDataResponse,
  StreamTransactionsRequest,
  StreamTransactionsResponse,
  TransactionCommittedDetailsRequest,
  TransactionCommittedDetailsResponse,
  TransactionPreviewRequest,
  TransactionPreviewResponse,
  TransactionStatusResponse,
  TransactionSubmitResponse,
} from '@radixdlt/babylon-gateway-api-sdk'
import type { Exchange } from './exchange.ts'
import { Gateway, type GatewayCall, type GatewayState } from './gateway.ts'
import { GatewayPool, type Route } from './gateway-pool.ts'
import { DEFAULT_GATEWAY_POLICY, type GatewayPolicy } from './policy.ts'
import type { ExpectedNetwork } from './wrong-network.ts'

export interface GatewayClientOptions {
  /** In the order of preference; at least one. */
  readonly gatewayUrls: readonly string[]
  /** Gateways that serve another one are not used. Absent: nobody asks. */
  readonly network?: ExpectedNetwork
  readonly applicationName?: string
  /** Of each Gateway by itself. */
  readonly policy?: Partial<GatewayPolicy>
  /** Ends every request in flight and refuses new ones, with the signal's reason. */
  readonly signal?: AbortSignal
  /** Before every attempt, retries included: what the Gateways have to bear. */
  readonly onRequest?: (endpoint: string) => void
  readonly onRetry?: (endpoint: string, problem: string, waitMs: number) => void
  readonly onGateway?: (host: string, state: GatewayState) => void
  /** After every answer, refusals included, with the text as it came. */
  readonly onExchange?: (exchange: Exchange) => void
}

/**
 * The Gateways' endpoints through the official SDK, each with time-out, retry, failover, rate limit and circuit breaker.
 * Every method throws what {@link GatewayPool.run} says. The SDK's paging helpers are not used: they neither pin nor limit.
 */
export class GatewayClient {
  /** Names the Gateways in messages; their whole URLs may hold a key. */
  readonly hosts: readonly string[]
  readonly #pool: GatewayPool
  readonly #signal: AbortSignal | undefined
  readonly #requests = new Map<string, number>()

  constructor(options: GatewayClientOptions) {
    if (options.gatewayUrls.length === 0) throw new RangeError('A Gateway client needs at least one Gateway.')
    const policy = { ...DEFAULT_GATEWAY_POLICY, ...options.policy }
    const name = options.applicationName ?? 'weft-backend'
    const gateways = options.gatewayUrls.map(
      (url) => new Gateway(url, name, policy, () => this.#pool.reportStates(), options.onExchange),
    )
    this.hosts = gateways.map(({ host }) => host)
    this.#signal = options.signal
    this.#pool = new GatewayPool(gateways, options.network, policy, {
      onAttempt: (endpoint) => {
        this.#requests.set(endpoint, (this.#requests.get(endpoint) ?? 0) + 1)
        options.onRequest?.(endpoint)
      },
      onRetry: options.onRetry,
      onGateway: options.onGateway,
    })
  }

  /** Attempts made so far, by endpoint. */
  requestsByEndpoint(): ReadonlyMap<string, number> {
    return this.#requests
  }

  /** How each Gateway stands, by host. */
  gatewayStates(): ReadonlyMap<string, GatewayState> {
    return this.#pool.states()
  }

  /**
   * Within `work`, all that is read or previewed at the tip comes from one Gateway: two could contradict each other. Pinned reads,
   * fates and submissions may still use any.
   */
  onOneGateway<T>(work: () => Promise<T>): Promise<T> {
    return this.#pool.onOneGateway(work)
  }

  /** The tip, of a Gateway that does not lag behind another. */
  gatewayStatus(): Promise<GatewayStatusResponse> {
    return this.#pool.status(
      {
        endpoint: '/status/gateway-status',
        needs: ['ledger_state'],
        send: (sdk, init) => sdk.status.innerClient.gatewayStatus(init),
      },
      this.#signal,
    )
  }

  networkConfiguration(): Promise<NetworkConfigurationResponse> {
    return this.#run('tip', {
      endpoint: '/status/network-configuration',
      needs: ['network_id'],
      send: (sdk, init) => sdk.status.innerClient.networkConfiguration(init),
    })
  }

  /** At most 20 addresses; unknown ones are missing from the answer. */
  entityDetails(request: StateEntityDetailsRequest, signal?: AbortSignal): Promise<StateEntityDetailsResponse> {
    return this.#run(
      routeOf(request),
      {
        endpoint: '/state/entity/details',
        needs: ['ledger_state', 'items'],
        send: (sdk, init) => sdk.state.innerClient.stateEntityDetails({ stateEntityDetailsRequest: request }, init),
      },
      signal,
    )
  }

  /** Further pages of the fungibles that entity details begin; a cursor needs the state version of its first page. */
  entityFungiblesPage(request: StateEntityFungiblesPageRequest): Promise<StateEntityFungiblesPageResponse> {
    return this.#run(routeOf(request), {
      endpoint: '/state/entity/page/fungibles',
      needs: ['ledger_state', 'items'],
      send: (sdk, init) =>
        sdk.state.innerClient.entityFungiblesPage({ stateEntityFungiblesPageRequest: request }, init),
    })
  }

  /** At most 100 ids; the answer is in no useful order and leaves unknown ids out. */
  nonFungibleData(request: StateNonFungibleDataRequest, signal?: AbortSignal): Promise<StateNonFungibleDataResponse> {
    return this.#run(
      routeOf(request),
      {
        endpoint: '/state/non-fungible/data',
        needs: ['ledger_state', 'non_fungible_ids'],
        send: (sdk, init) => sdk.state.innerClient.nonFungibleData({ stateNonFungibleDataRequest: request }, init),
      },
      signal,
    )
  }

  keyValueStoreKeys(
    request: StateKeyValueStoreKeysRequest,
    signal?: AbortSignal,
  ): Promise<StateKeyValueStoreKeysResponse> {
    return this.#run(
      routeOf(request),
      {
        endpoint: '/state/key-value-store/keys',
        needs: ['ledger_state', 'items'],
        send: (sdk, init) => sdk.state.innerClient.keyValueStoreKeys({ stateKeyValueStoreKeysRequest: request }, init),
      },
      signal,
    )
  }

  /** At most 100 keys; the answer is in no useful order and leaves unknown keys out. */
  keyValueStoreData(
    request: StateKeyValueStoreDataRequest,
    signal?: AbortSignal,
  ): Promise<StateKeyValueStoreDataResponse> {
    return this.#run(
      routeOf(request),
      {
        endpoint: '/state/key-value-store/data',
        needs: ['ledger_state', 'entries'],
        send: (sdk, init) => sdk.state.innerClient.keyValueStoreData({ stateKeyValueStoreDataRequest: request }, init),
      },
      signal,
    )
  }

  streamTransactions(request: StreamTransactionsRequest, signal?: AbortSignal): Promise<StreamTransactionsResponse> {
    return this.#run(
      routeOf(request),
      {
        endpoint: '/stream/transactions',
        needs: ['ledger_state', 'items'],
        send: (sdk, init) => sdk.stream.innerClient.streamTransactions({ streamTransactionsRequest: request }, init),
      },
      signal,
    )
  }

  preview(request: TransactionPreviewRequest, signal?: AbortSignal): Promise<TransactionPreviewResponse> {
    return this.#run(
      'tip',
      {
        endpoint: '/transaction/preview',
        needs: ['receipt'],
        send: (sdk, init) =>
          sdk.transaction.innerClient.transactionPreview({ transactionPreviewRequest: request }, init),
      },
      signal,
    )
  }

  /** To every Gateway that is not cut off; the first acceptance counts, and a refusal only when all refuse. */
  submit(payloadHex: string): Promise<TransactionSubmitResponse> {
    const transactionSubmitRequest = { notarized_transaction_hex: payloadHex }
    return this.#pool.everywhere(
      {
        endpoint: '/transaction/submit',
        needs: ['duplicate'],
        send: (sdk, init) => sdk.transaction.innerClient.transactionSubmit({ transactionSubmitRequest }, init),
      },
      this.#signal,
    )
  }

  transactionStatus(intentHash: string): Promise<TransactionStatusResponse> {
    const transactionStatusRequest = { intent_hash: intentHash }
    return this.#run('any', {
      endpoint: '/transaction/status',
      needs: ['ledger_state', 'intent_status'],
      send: (sdk, init) => sdk.transaction.innerClient.transactionStatus({ transactionStatusRequest }, init),
    })
  }

  committedDetails(request: TransactionCommittedDetailsRequest): Promise<TransactionCommittedDetailsResponse> {
    return this.#run('any', {
      endpoint: '/transaction/committed-details',
      needs: ['ledger_state', 'transaction'],
      send: (sdk, init) =>
        sdk.transaction.innerClient.transactionCommittedDetails({ transactionCommittedDetailsRequest: request }, init),
    })
  }

  #run<T extends object>(route: Route, call: GatewayCall<T>, signal?: AbortSignal): Promise<T> {
    const given = [this.#signal, signal].filter((each) => each !== undefined)
    return this.#pool.run(call, route, given.length > 1 ? AbortSignal.any(given) : given[0])
  }
}

/** A moment in the past is the same everywhere; what names no moment is of the tip. */
function routeOf({ at_ledger_state: at }: { readonly at_ledger_state?: LedgerStateSelector | null }): Route {
  return at ? (at.state_version ?? 'any') : 'tip'
}
