import {
  GatewayApiClient,
  type GatewayStatusResponse,
  type NetworkConfigurationResponse,
  type StateEntityDetailsRequest,
  type StateEntityDetailsResponse,
  type StateEntityFungiblesPageRequest,
  type StateEntityFungiblesPageResponse,
  type StateKeyValueStoreDataRequest,
  type StateKeyValueStoreDataResponse,
  type StateKeyValueStoreKeysRequest,
  type StateKeyValueStoreKeysResponse,
  type StateNonFungibleDataRequest,
  type StateNonFungibleDataResponse,
  type StreamTransactionsRequest,
  type StreamTransactionsResponse,
  type TransactionCommittedDetailsRequest,
  type TransactionCommittedDetailsResponse,
  type TransactionPreviewRequest,
  type TransactionPreviewResponse,
  type TransactionStatusResponse,
  type TransactionSubmitResponse,
} from '@radixdlt/babylon-gateway-api-sdk'
import { keptAliveFetch } from './kept-alive-fetch.ts'
import { DEFAULT_GATEWAY_POLICY, type GatewayPolicy } from './policy.ts'
import { type BreakerState, GatewayResilience } from './resilience.ts'

export interface GatewayClientOptions {
  readonly gatewayUrl: string
  readonly applicationName?: string
  readonly policy?: Partial<GatewayPolicy>
  /** Ends every request in flight and refuses new ones, with the signal's reason. */
  readonly signal?: AbortSignal
  /** Before every attempt, retries included: what the Gateway has to bear. */
  readonly onRequest?: (endpoint: string) => void
  readonly onRetry?: (endpoint: string, problem: string, waitMs: number) => void
  readonly onBreaker?: (state: BreakerState) => void
}

/**
 * The Gateway's endpoints through the official SDK, each with time-out, retry, rate limit and circuit breaker.
 * Every method throws what {@link GatewayResilience.run} says. The SDK's paging helpers are not used: they neither pin nor limit.
 */
export class GatewayClient {
  /** Names the Gateway in messages; its whole URL may hold a key. */
  readonly host: string
  readonly #sdk: GatewayApiClient
  readonly #resilience: GatewayResilience
  readonly #signal: AbortSignal | undefined
  readonly #requests = new Map<string, number>()

  constructor(options: GatewayClientOptions) {
    this.host = new URL(options.gatewayUrl).host
    this.#signal = options.signal
    this.#sdk = GatewayApiClient.initialize({
      applicationName: options.applicationName ?? 'weft-backend',
      basePath: options.gatewayUrl,
      fetchApi: keptAliveFetch(),
    })
    this.#resilience = new GatewayResilience(
      this.host,
      { ...DEFAULT_GATEWAY_POLICY, ...options.policy },
      {
        onAttempt: (endpoint) => {
          this.#requests.set(endpoint, (this.#requests.get(endpoint) ?? 0) + 1)
          options.onRequest?.(endpoint)
        },
        ...(options.onRetry && { onRetry: options.onRetry }),
        ...(options.onBreaker && { onBreaker: options.onBreaker }),
      },
    )
  }

  /** Attempts made so far, by endpoint. */
  requestsByEndpoint(): ReadonlyMap<string, number> {
    return this.#requests
  }

  breakerState(): BreakerState {
    return this.#resilience.breakerState()
  }

  gatewayStatus(): Promise<GatewayStatusResponse> {
    return this.#send('/status/gateway-status', (init) => this.#sdk.status.innerClient.gatewayStatus(init))
  }

  networkConfiguration(): Promise<NetworkConfigurationResponse> {
    return this.#send('/status/network-configuration', (init) =>
      this.#sdk.status.innerClient.networkConfiguration(init),
    )
  }

  /** At most 20 addresses; unknown ones are missing from the answer. */
  entityDetails(request: StateEntityDetailsRequest, signal?: AbortSignal): Promise<StateEntityDetailsResponse> {
    return this.#send(
      '/state/entity/details',
      (init) => this.#sdk.state.innerClient.stateEntityDetails({ stateEntityDetailsRequest: request }, init),
      signal,
    )
  }

  /** Further pages of the fungibles that entity details begin; a cursor needs the state version of its first page. */
  entityFungiblesPage(request: StateEntityFungiblesPageRequest): Promise<StateEntityFungiblesPageResponse> {
    return this.#send('/state/entity/page/fungibles', (init) =>
      this.#sdk.state.innerClient.entityFungiblesPage({ stateEntityFungiblesPageRequest: request }, init),
    )
  }

  /** At most 100 ids; the answer is in no useful order and leaves unknown ids out. */
  nonFungibleData(request: StateNonFungibleDataRequest, signal?: AbortSignal): Promise<StateNonFungibleDataResponse> {
    return this.#send(
      '/state/non-fungible/data',
      (init) => this.#sdk.state.innerClient.nonFungibleData({ stateNonFungibleDataRequest: request }, init),
      signal,
    )
  }

  keyValueStoreKeys(
    request: StateKeyValueStoreKeysRequest,
    signal?: AbortSignal,
  ): Promise<StateKeyValueStoreKeysResponse> {
    return this.#send(
      '/state/key-value-store/keys',
      (init) => this.#sdk.state.innerClient.keyValueStoreKeys({ stateKeyValueStoreKeysRequest: request }, init),
      signal,
    )
  }

  /** At most 100 keys; the answer is in no useful order and leaves unknown keys out. */
  keyValueStoreData(
    request: StateKeyValueStoreDataRequest,
    signal?: AbortSignal,
  ): Promise<StateKeyValueStoreDataResponse> {
    return this.#send(
      '/state/key-value-store/data',
      (init) => this.#sdk.state.innerClient.keyValueStoreData({ stateKeyValueStoreDataRequest: request }, init),
      signal,
    )
  }

  streamTransactions(request: StreamTransactionsRequest, signal?: AbortSignal): Promise<StreamTransactionsResponse> {
    return this.#send(
      '/stream/transactions',
      (init) => this.#sdk.stream.innerClient.streamTransactions({ streamTransactionsRequest: request }, init),
      signal,
    )
  }

  preview(request: TransactionPreviewRequest, signal?: AbortSignal): Promise<TransactionPreviewResponse> {
    return this.#send(
      '/transaction/preview',
      (init) => this.#sdk.transaction.innerClient.transactionPreview({ transactionPreviewRequest: request }, init),
      signal,
    )
  }

  submit(payloadHex: string): Promise<TransactionSubmitResponse> {
    const transactionSubmitRequest = { notarized_transaction_hex: payloadHex }
    return this.#send('/transaction/submit', (init) =>
      this.#sdk.transaction.innerClient.transactionSubmit({ transactionSubmitRequest }, init),
    )
  }

  transactionStatus(intentHash: string): Promise<TransactionStatusResponse> {
    const transactionStatusRequest = { intent_hash: intentHash }
    return this.#send('/transaction/status', (init) =>
      this.#sdk.transaction.innerClient.transactionStatus({ transactionStatusRequest }, init),
    )
  }

  committedDetails(request: TransactionCommittedDetailsRequest): Promise<TransactionCommittedDetailsResponse> {
    return this.#send('/transaction/committed-details', (init) =>
      this.#sdk.transaction.innerClient.transactionCommittedDetails(
        { transactionCommittedDetailsRequest: request },
        init,
      ),
    )
  }

  #send<T>(endpoint: string, call: (init: { signal: AbortSignal }) => Promise<T>, signal?: AbortSignal): Promise<T> {
    const given = [this.#signal, signal].filter((each) => each !== undefined)
    const combined = given.length > 1 ? AbortSignal.any(given) : given[0]
    return this.#resilience.run(endpoint, (attemptSignal) => call({ signal: attemptSignal }), combined)
  }
}
