import type { Gateway, GatewayState } from './gateway.ts'
import type { Route } from './gateway-pool.ts'

/** A Gateway may serve a ledger of so much older than another's without being put behind it: rounds come every few seconds. */
const TOLERATED_LAG_MS = 30_000

/** Later than so much, and than so many times the quickest one, a Gateway is slow. */
const SLOW_MS = 2_000
const SLOW_FACTOR = 4

/** How `gateway` stands beside the `others`; a foreign one is not known here. */
export function stateOf(gateway: Gateway, others: readonly Gateway[]): GatewayState {
  if (gateway.breaker.state !== 'closed') return gateway.breaker.state
  if (gateway.isTroubled) return 'troubled'
  if (gateway.lagMs > TOLERATED_LAG_MS) return 'lagging'
  const quickestMs = Math.min(...others.map(({ latencyMs }) => latencyMs).filter((latencyMs) => latencyMs > 0))
  if (gateway.latencyMs > SLOW_MS && gateway.latencyMs > SLOW_FACTOR * quickestMs) return 'slow'
  return 'serving'
}

const ORDER: readonly GatewayState[] = ['serving', 'slow', 'troubled', 'lagging', 'half-open', 'open', 'foreign']

/**
 * The Gateways in the order in which they are asked: as configured, but those that do worse come after those that do well, and for a
 * pinned read those come first that are known to have reached its state version.
 */
export function inPreference(gateways: readonly Gateway[], route: Route): readonly Gateway[] {
  const rank = (gateway: Gateway) => {
    const has = typeof route !== 'number' || gateway.highestStateVersion >= route
    return ORDER.indexOf(stateOf(gateway, gateways)) + (has ? 0 : ORDER.length)
  }
  return gateways.toSorted((a, b) => rank(a) - rank(b))
}
