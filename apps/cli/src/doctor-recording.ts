import { type Recording, requireEmpty, writeRecording } from '@weft/ledger/replay'
import type { NetworkConfig } from '@weft/radix'
import type { Exchange } from '@weft/radix/doctor'

/** Where `npm run ledger -- --replay` serves, unless told otherwise. */
const REPLAY_URL = 'http://127.0.0.1:4100'

/** Keeps what Gateways answer to the doctor. Nothing in it is secret: no host, no URL, no key. */
export class DoctorRecording {
  readonly #folder: string
  readonly #network: NetworkConfig
  readonly #exchanges: Exchange[] = []

  /** @throws {RecordingError} at once when the folder is not empty: nobody should wait for a reading that cannot be kept. */
  constructor(folder: string, network: NetworkConfig) {
    requireEmpty(folder)
    this.#folder = folder
    this.#network = network
  }

  /** What is no JSON is a proxy's word and not the Gateway's, and may repeat a URL with a key in it: it is left out. */
  note(exchange: Exchange): void {
    if (isJson(exchange.answer)) this.#exchanges.push(exchange)
  }

  /** Also where the reading failed, with what there is. @throws {RecordingError} */
  write(): void {
    const first = this.#exchanges[0]?.recordedAtMs
    const recording: Recording = { recordedAtMs: first ?? Date.now(), exchanges: this.#ofOneTip().map(bare) }
    writeRecording(this.#folder, recording, withoutKeys(this.#network))
  }

  /** Several Gateways tell several tips, and all that was read afterwards is of one of them: only that one is kept. */
  #ofOneTip(): readonly Exchange[] {
    const pinned = this.#exchanges.map(({ request }) => /"state_version":(\d+)/.exec(request)?.[1]).find(Boolean)
    const isOther = ({ path, answer }: Exchange) =>
      pinned !== undefined && path === '/status/gateway-status' && !answer.includes(`"state_version":${pinned},`)
    return this.#exchanges.filter((exchange) => !isOther(exchange))
  }
}

function bare({ path, request, status, answer }: Exchange): Recording['exchanges'][number] {
  return { path, request, status, answer }
}

function withoutKeys({ name, networkId, addresses, venues }: NetworkConfig): object {
  return {
    name,
    networkId,
    gatewayUrls: [REPLAY_URL],
    addresses,
    venues: venues.map(({ apiUrl, ...venue }) =>
      apiUrl === undefined ? venue : { ...venue, apiUrl: 'https://not-recorded.invalid' },
    ),
  }
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}
