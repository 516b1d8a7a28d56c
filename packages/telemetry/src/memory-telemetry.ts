import type { LogEvent, Telemetry, Trail } from './telemetry.ts'

export interface RecordedEvent<E extends LogEvent> {
  readonly level: 'debug' | 'info' | 'warn' | 'error'
  readonly event: E
  readonly trail: Trail
  readonly cause: unknown
}

/** Keeps every event in order, for tests and for the local stack's report. */
export class MemoryTelemetry<E extends LogEvent> implements Telemetry<E> {
  readonly records: RecordedEvent<E>[]
  readonly #trail: Trail

  constructor(records: RecordedEvent<E>[] = [], trail: Trail = {}) {
    this.records = records
    this.#trail = trail
  }

  debug(event: E): void {
    this.#keep('debug', event)
  }

  info(event: E): void {
    this.#keep('info', event)
  }

  warn(event: E, cause?: unknown): void {
    this.#keep('warn', event, cause)
  }

  error(event: E, cause?: unknown): void {
    this.#keep('error', event, cause)
  }

  along(trail: Trail): MemoryTelemetry<E> {
    return new MemoryTelemetry(this.records, { ...this.#trail, ...trail })
  }

  /** All events of one name, oldest first. */
  named<N extends E['event']>(name: N): readonly Extract<E, { event: N }>[] {
    return this.records
      .map((record) => record.event)
      .filter((event): event is Extract<E, { event: N }> => event.event === name)
  }

  #keep(level: RecordedEvent<E>['level'], event: E, cause?: unknown): void {
    this.records.push({ level, event, trail: this.#trail, cause })
  }
}
