import { NotNowError } from '@weft/domain'

/**
 * Deliveries that a message may use up by faults: one in the last of them is final. `maxReceiveCount` of the queues is the same and
 * catches what we cannot: a message that ends its process each time.
 */
export const MOST_DELIVERIES = 5

/** What becomes of a message whose handler threw. */
export type FaultVerdict =
  /** Nothing is wrong with it; the delivery does not count. */
  | { readonly kind: 'put-off'; readonly afterMs: number }
  | { readonly kind: 'again'; readonly afterSeconds: number }
  | { readonly kind: 'dead' }

/**
 * The one place that says what a fault costs a message, for every consumer.
 * @param isHopeless of a fault that no repetition can heal.
 */
export function verdictOn(
  error: unknown,
  receiveCount: number,
  isHopeless: (error: unknown) => boolean = () => false,
): FaultVerdict {
  if (error instanceof NotNowError) return { kind: 'put-off', afterMs: error.retryAfterMs }
  if (isHopeless(error) || receiveCount >= MOST_DELIVERIES) return { kind: 'dead' }
  return { kind: 'again', afterSeconds: retryDelaySeconds(receiveCount) }
}

/** A single fault is tried again at once, a second within a minute; all of them span the outage of a store: 5, 30, 180, 900 seconds. */
function retryDelaySeconds(receiveCount: number): number {
  return Math.min(900, 5 * 6 ** (receiveCount - 1))
}
