import type { LedgerState, LedgerView } from '../view.ts'
import { invalidRequest, type LagCheckedRequest, notSyncedUp, refusedAtRunTime } from './errors.ts'
import type { LedgerStateSelector } from './requests.ts'

/** How old the newest state may be before an unpinned request is refused, and the clock that is measured against. */
export interface LagPolicy {
  readonly nowMs: number
  readonly acceptableLagSeconds: number
}

/** The first state version of every ledger. */
export const FIRST_STATE_VERSION = 1

const BEYOND_THE_END = 'State version is beyond the end of the known ledger'

/**
 * The newest state.
 * @throws {GatewayError} 500 NotSyncedUpError when it is too old; pinned requests never get here.
 */
export function tipWithinLag(ledger: LedgerView, lag: LagPolicy, requestType: LagCheckedRequest): LedgerState {
  const tip = ledger.tip()
  const delaySeconds = Math.floor((lag.nowMs - tip.timestampMs) / 1000)
  if (delaySeconds > lag.acceptableLagSeconds) throw notSyncedUp(requestType, delaySeconds, lag.acceptableLagSeconds)
  return tip
}

/**
 * The state a request is answered at: the newest one, or what `selector` names. A state version means the transaction *exactly*
 * there, a timestamp the last one at or before it, an epoch (and round) the first one in it.
 * @throws {GatewayError} 400 when the selector names nothing on the known ledger, 500 when an unpinned read finds the tip too old.
 */
export function stateFor(selector: LedgerStateSelector | undefined, ledger: LedgerView, lag: LagPolicy): LedgerState {
  if (selector === undefined) return tipWithinLag(ledger, lag, 'Read')
  if (selector.state_version !== undefined) return ledger.stateAt(selector.state_version) ?? refuse(BEYOND_THE_END)
  if (selector.timestamp !== undefined) {
    refuseFuture(selector.timestamp, lag, 'AtLedgerState.Timestamp')
    return ledger.stateAtTime(selector.timestamp) ?? refuse('Timestamp was before the start of the ledger')
  }
  return firstOfEpoch(selector, ledger)
}

/**
 * The first state version a stream reads from. As {@link stateFor}, but a timestamp means the first transaction at or *after* it.
 * @throws {GatewayError} 400 when the selector names nothing on the known ledger.
 */
export function streamStart(selector: LedgerStateSelector | undefined, ledger: LedgerView, lag: LagPolicy): number {
  if (selector === undefined) return FIRST_STATE_VERSION
  if (selector.state_version !== undefined)
    return (ledger.stateAt(selector.state_version) ?? refuse(BEYOND_THE_END)).stateVersion
  if (selector.timestamp !== undefined) {
    refuseFuture(selector.timestamp, lag, 'FromLedgerState.Timestamp')
    const lastBefore = ledger.stateAtTime(selector.timestamp - 1)
    if (lastBefore === undefined) return FIRST_STATE_VERSION
    const first = ledger.stateAt(lastBefore.stateVersion + 1)
    return (first ?? refuse('Timestamp is beyond the end of the known ledger')).stateVersion
  }
  return firstOfEpoch(selector, ledger).stateVersion
}

/** `ledger_state` as every answer carries it. */
export function renderLedgerState(state: LedgerState, networkName: string) {
  return {
    network: networkName,
    state_version: state.stateVersion,
    proposer_round_timestamp: gatewayTimestamp(state.timestampMs),
    epoch: state.epoch,
    round: state.round,
  }
}

/** UTC ISO text with trailing zeros of the fraction trimmed: `…32.27Z`, `…32Z`. */
export function gatewayTimestamp(unixMs: number): string {
  return new Date(unixMs).toISOString().replace(/\.?0*Z$/, 'Z')
}

function firstOfEpoch({ epoch, round }: LedgerStateSelector, ledger: LedgerView): LedgerState {
  const state = epoch === undefined ? undefined : ledger.stateAtEpoch(epoch, round)
  const what = round === undefined ? `Epoch ${epoch}` : `Epoch ${epoch} round ${round}`
  return state ?? refuse(`${what} is beyond the end of the known ledger or invalid`)
}

function refuseFuture(unixMs: number, lag: LagPolicy, path: string): void {
  if (unixMs > lag.nowMs) throw invalidRequest([{ path, errors: [`'${path}' must not be in future.`] }])
}

function refuse(reason: string): never {
  throw refusedAtRunTime(reason)
}
