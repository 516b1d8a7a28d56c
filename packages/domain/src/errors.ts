/** The work can succeed, only not now: whoever holds it puts it off by `retryAfterMs`, which costs none of its deliveries. */
export class NotNowError extends Error {
  override readonly name: string = 'NotNowError'
  readonly retryAfterMs: number

  constructor(message: string, retryAfterMs: number, options?: ErrorOptions) {
    super(message, options)
    this.retryAfterMs = retryAfterMs
  }
}

/** The Gateway did not answer, or answered that it cannot now: try again after `retryAfterMs`. */
export class LedgerUnavailableError extends NotNowError {
  override readonly name = 'LedgerUnavailableError'
  /** `halted`: every Gateway works and says that the ledger it follows has not moved for too long. */
  readonly why: 'outage' | 'halted'

  constructor(what: string, retryAfterMs: number, cause: unknown, why: 'outage' | 'halted' = 'outage') {
    const problem = why === 'halted' ? 'The ledger stands still, says' : 'The ledger did not answer'
    super(`${problem} ${what}; retry in ${retryAfterMs} ms.`, retryAfterMs, { cause })
    this.why = why
  }
}

/** The ledger answered, but not in the shape that `docs/on-ledger-data.md` promises: our model of it is out of date. */
export class LedgerDataError extends Error {
  override readonly name = 'LedgerDataError'

  constructor(where: string, problem: string, cause?: unknown) {
    super(`${where}: ${problem}`, { cause })
  }
}

/** The Gateway refused the request itself (HTTP 400/404): repeating it cannot help. */
export class LedgerRequestError extends Error {
  override readonly name = 'LedgerRequestError'
  readonly status: number

  constructor(what: string, status: number, message: string, cause?: unknown) {
    super(`The Gateway refused ${what} with HTTP ${status}: ${message}`, { cause })
    this.status = status
  }
}

/** Some messages could not be sent after all retries; `unsent` counts them and `left` names them. */
export class QueueUnavailableError extends Error {
  override readonly name = 'QueueUnavailableError'
  readonly unsent: number
  /** Ranges or CDP ids whose message was not sent. */
  readonly left: readonly string[]

  constructor(queue: string, unsent: number, cause: unknown, left: readonly string[] = []) {
    const some = left.slice(0, 10).join(', ')
    const named = some === '' ? '' : `: ${some}${left.length > 10 ? ', …' : ''}`
    super(`${unsent} message(s) could not be sent to queue ${queue}${named}.`, { cause })
    this.unsent = unsent
    this.left = left
  }
}

export class SnapshotMissingError extends Error {
  override readonly name = 'SnapshotMissingError'

  constructor(key: string) {
    super(`No stored object under ${key}.`)
  }
}

/** A stored object or queue message does not parse; it is never acknowledged to be rid of it. */
export class StoredObjectError extends Error {
  override readonly name = 'StoredObjectError'

  constructor(where: string, problem: string, cause?: unknown) {
    super(`${where}: ${problem}`, { cause })
  }
}

/** A message of another network or run than it says: nobody here may act on it. */
export class ForeignMessageError extends Error {
  override readonly name = 'ForeignMessageError'
}

/** The manifest could move funds to an entity that is not on the allow-list; nothing was signed. */
export class ManifestRefusedError extends Error {
  override readonly name = 'ManifestRefusedError'
}

/** The epoch that a Gateway tells does not go with our clock: what is signed on it might become valid much later. Nothing was signed. */
export class EpochRefusedError extends Error {
  override readonly name = 'EpochRefusedError'

  constructor(epoch: number, offMs: number) {
    const minutes = Math.round(Math.abs(offMs) / 60_000)
    super(
      `Epoch ${epoch} is ${minutes} minutes ${offMs > 0 ? 'ahead of' : 'behind'} what our clock makes of the last trusted one.`,
    )
  }
}

/** What may be withdrawn within an hour is used up by what was signed; nothing more was signed. */
export class WithdrawalCapError extends Error {
  override readonly name = 'WithdrawalCapError'
  readonly usedXrd: string
  readonly limitXrd: string

  constructor(usedXrd: string, wantedXrd: string, limitXrd: string) {
    super(
      `Within the last hour ${usedXrd} XRD were signed for, ${wantedXrd} more would exceed the ${limitXrd} allowed.`,
    )
    this.usedXrd = usedXrd
    this.limitXrd = limitXrd
  }
}
