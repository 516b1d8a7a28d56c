import { destination, type Logger, pino } from 'pino'
import { describeError } from './describe-error.ts'
import type { EventLog, LogEvent, Trail } from './event-log.ts'
import { SecretGuard } from './secret-guard.ts'
import { visibleLines } from './visible-text.ts'

export type LogLevel = 'debug' | 'info' | 'warn' | 'error'

export interface PinoOptions<E extends LogEvent> {
  readonly service: string
  readonly environment: string
  /** Events quieter than this are not written. */
  readonly level: LogLevel
  /** Events that are louder or quieter than `info`; any event emitted with a cause is at least a warning. */
  readonly levels?: { readonly [name in E['event']]?: LogLevel }
  /** Told of every secret the process reads; by default one that knows none. */
  readonly guard?: SecretGuard
  /** Takes each finished line; standard output by default. */
  readonly write?: (line: string) => void
}

/** One JSON object a line. Writing is synchronous: a frozen or killed process loses no line. */
export function pinoEventLog<E extends LogEvent>(options: PinoOptions<E>): EventLog<E> {
  const guard = options.guard ?? new SecretGuard()
  const write = options.write ?? standardOutput()
  const logger = pino(
    {
      level: options.level,
      base: { service: options.service, environment: options.environment },
      timestamp: () => `,"time":"${new Date().toISOString()}"`,
      formatters: {
        level: (label) => ({ level: label }),
        log: (fields) => guard.withoutSecretFields(fields),
      },
    },
    { write: (line) => write(visibleLines(guard.scrub(line))) },
  )
  return new PinoEventLog<E>(logger, new Map(Object.entries<LogLevel>({ ...options.levels })))
}

class PinoEventLog<E extends LogEvent> implements EventLog<E> {
  readonly #logger: Logger
  readonly #levels: ReadonlyMap<string, LogLevel>

  constructor(logger: Logger, levels: ReadonlyMap<string, LogLevel>) {
    this.#logger = logger
    this.#levels = levels
  }

  emit(event: E, cause?: unknown): void {
    const level = this.#levels.get(event.event) ?? 'info'
    if (cause === undefined) this.#logger[level](event)
    else this.#logger[level === 'error' ? 'error' : 'warn']({ ...event, error: describeError(cause) })
  }

  along(trail: Trail): PinoEventLog<E> {
    return new PinoEventLog(this.#logger.child(trail), this.#levels)
  }
}

function standardOutput(): (line: string) => void {
  const stdout = destination({ dest: 1, sync: true })
  return (line) => {
    stdout.write(line)
  }
}
