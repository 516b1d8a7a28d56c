import type { EventLog, LogEvent, Trail } from './event-log.ts'

export interface RecordedEvent<E extends LogEvent> {
  readonly event: E
  readonly trail: Trail
  readonly cause: unknown
}

/** Keeps every event in order, for tests and for the local stack's report. */
export class MemoryEventLog<E extends LogEvent> implements EventLog<E> {
  readonly records: RecordedEvent<E>[]
  readonly #trail: Trail

  constructor(records: RecordedEvent<E>[] = [], trail: Trail = {}) {
    this.records = records
    this.#trail = trail
  }

  emit(event: E, cause?: unknown): void {
    this.records.push({ event, trail: this.#trail, cause })
  }

  along(trail: Trail): MemoryEventLog<E> {
    return new MemoryEventLog(this.records, { ...this.#trail, ...trail })
  }

  /** All events, oldest first. */
  get events(): readonly E[] {
    return this.records.map((record) => record.event)
  }

  /** All events of one name, oldest first. */
  named<N extends E['event']>(name: N): readonly Extract<E, { event: N }>[] {
    return this.events.filter((event): event is Extract<E, { event: N }> => event.event === name)
  }
}
