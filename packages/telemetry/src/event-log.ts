/**
 * One thing that happened, `stage.thing_happened`, with typed fields and no prose. Each service declares the union of
 * its own; alarms and the console read the same names. A `Decimal` field is written as plain text.
 */
export interface LogEvent {
  readonly event: `${string}.${string}`
}

/** The ids that lead from a run to its transactions; set once and carried by every later line. */
export interface Trail {
  readonly runId?: string
  /** First and last CDP id of the range, e.g. `1-1000`. */
  readonly range?: string
  readonly cdpId?: string
  readonly intentHash?: string
  /** Invocation, task or message that the line belongs to. */
  readonly requestId?: string
}

/** Where a service says what happens. `E` is the service's event union: an event nobody declared does not compile. */
export interface EventLog<E extends LogEvent> {
  /**
   * How loud an event is belongs to its name and is decided once, where the log is made.
   * @param cause of a fault, written with its own chain of causes. A fault is logged once, where it is handled.
   */
  emit(event: E, cause?: unknown): void
  /** The same log with more ids on every line. */
  along(trail: Trail): EventLog<E>
}
