import fc from 'fast-check'

/**
 * `lost on the way`: the Gateway never hears of it, and the worker of an error; `unanswered`: it hears of it, and the worker of an
 * error; `lost in the mempool`: all is well, but no node ever has it.
 */
export type SubmissionLoss = 'through' | 'lost on the way' | 'unanswered' | 'lost in the mempool'

/** One thing that happens in the world around the liquidator, or one more step of one of its workers. */
export type Action =
  /** The indexer finds what is liquidatable now and queues it. */
  | { readonly do: 'detect' }
  /** The same candidate is queued again, as found then. */
  | { readonly do: 'duplicate'; readonly nth: number }
  /** A worker takes the next message. */
  | { readonly do: 'deliver' }
  | { readonly do: 'step'; readonly worker: number; readonly times: number }
  /** The worker goes on to its end. */
  | { readonly do: 'finish'; readonly worker: number }
  /** The worker takes so many more steps and dies. */
  | { readonly do: 'kill'; readonly worker: number; readonly after: number }
  /** The worker goes on until it stands before this call for the nth time, and dies there. */
  | { readonly do: 'killBefore'; readonly worker: number; readonly call: string; readonly nth: number }
  /** Every worker that takes the next message dies before this call, until the queue gives the message up. */
  | { readonly do: 'wearOut'; readonly call: string }
  /** Percent of the opening price. */
  | { readonly do: 'price'; readonly percent: number }
  | { readonly do: 'compete'; readonly cdp: number }
  /** A competitor takes the CDP just after the worker has submitted. */
  | { readonly do: 'outrun'; readonly worker: number }
  | { readonly do: 'repay'; readonly cdp: number }
  | { readonly do: 'rounds'; readonly count: number }
  /** Past every lease, visibility timeout and epoch window. */
  | { readonly do: 'longPause' }
  /** A worker sleeps past its lease before this call, and another one takes its message. */
  | { readonly do: 'oversleep'; readonly worker: number; readonly call: string }
  /** What becomes of submissions from now on. */
  | { readonly do: 'submissions'; readonly get: SubmissionLoss }
  | { readonly do: 'mode'; readonly mode: 'live' | 'dry-run' | 'paused' }
  | { readonly do: 'sweep' }

/** The calls of a port around which a liquidation may be torn apart, in the order in which one makes them. */
const READS = [
  'mode.mode',
  'ledger.syncPoint',
  'journal.standingOf',
  'ledger.findCdp',
  'ledger.balances',
  'ledger.preview',
]
const STEPS_OF_AN_INTENT = [
  'journal.claim',
  'journal.begin',
  'signer.sign',
  'journal.advance to signed',
  'ledger.submit',
  'journal.advance to submitted',
  'patience.wait',
  'ledger.fate',
  'ledger.committed',
  'journal.conclude',
  'journal.release',
]
export const CRASH_POINTS: readonly string[] = [...READS, ...STEPS_OF_AN_INTENT]

const small = fc.nat({ max: 2 })

/** Weighted so that most runs sign something, and many die while they do. */
export const anAction: fc.Arbitrary<Action> = fc.oneof(
  { weight: 3, arbitrary: fc.constant<Action>({ do: 'detect' }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('duplicate' as const), nth: fc.nat({ max: 5 }) }) },
  { weight: 7, arbitrary: fc.constant<Action>({ do: 'deliver' }) },
  {
    weight: 8,
    arbitrary: fc.record({ do: fc.constant('step' as const), worker: small, times: fc.integer({ min: 1, max: 36 }) }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('finish' as const), worker: small }) },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('kill' as const), worker: small, after: fc.nat({ max: 36 }) }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant('killBefore' as const),
      worker: small,
      call: fc.oneof(
        { weight: 2, arbitrary: fc.constantFrom(...READS) },
        { weight: 5, arbitrary: fc.constantFrom(...STEPS_OF_AN_INTENT) },
      ),
      nth: fc.constantFrom(1, 1, 2),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('wearOut' as const), call: fc.constantFrom(...STEPS_OF_AN_INTENT) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('price' as const), percent: fc.constantFrom(55, 62, 70, 78, 90, 100) }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('compete' as const), cdp: small }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('outrun' as const), worker: small }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('repay' as const), cdp: small }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('rounds' as const),
      // The largest is longer than a lease and shorter than an epoch window.
      count: fc.oneof(fc.integer({ min: 1, max: 12 }), fc.constant(35)),
    }),
  },
  { weight: 2, arbitrary: fc.constant<Action>({ do: 'longPause' }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('oversleep' as const),
      worker: small,
      call: fc.constantFrom(...STEPS_OF_AN_INTENT),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('submissions' as const),
      get: fc.constantFrom<SubmissionLoss>('through', 'lost on the way', 'unanswered', 'lost in the mempool'),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('mode' as const),
      mode: fc.constantFrom('live' as const, 'dry-run' as const, 'paused' as const),
    }),
  },
  { weight: 1, arbitrary: fc.constant<Action>({ do: 'sweep' }) },
)

/** How a counterexample is printed: one line an action. */
export function describeAction(action: Action): string {
  const { do: what, ...how } = action
  const details = Object.entries(how).map(([name, value]) => `${name} ${value}`)
  return details.length === 0 ? what : `${what} (${details.join(', ')})`
}
