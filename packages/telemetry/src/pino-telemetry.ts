import { destination, type Logger, pino } from 'pino'
import { describeError } from './describe-error.ts'
import { SecretGuard } from './secret-guard.ts'
import type { LogEvent, Telemetry, Trail } from './telemetry.ts'

export type LogLevel = 'debug' | 'info' | 'warn' | 'error'

export interface PinoOptions {
  readonly service: string
  readonly environment: string
  readonly level: LogLevel
  /** Told of every secret the process reads; by default one that knows none. */
  readonly guard?: SecretGuard
  /** Takes each finished line; standard output by default. */
  readonly write?: (line: string) => void
}

/** One JSON object a line. Writing is synchronous: a frozen or killed process loses no line. */
export function pinoTelemetry<E extends LogEvent>(options: PinoOptions): Telemetry<E> {
  const guard = options.guard ?? new SecretGuard()
  const write = options.write ?? standardOutput()
  const logger = pino(
    {
      level: options.level,
      base: { service: options.service, environment: options.environment },
      timestamp: () => `,"time":"${new Date().toISOString()}"`,
      formatters: {
        level: (label) => ({ level: label }),
        log: (fields) => guard.withoutSecretFields(fields) as Record<string, unknown>,
      },
    },
    { write: (line) => write(guard.scrub(line)) },
  )
  return new PinoTelemetry<E>(logger)
}

class PinoTelemetry<E extends LogEvent> implements Telemetry<E> {
  readonly #logger: Logger

  constructor(logger: Logger) {
    this.#logger = logger
  }

  debug(event: E): void {
    this.#logger.debug(event)
  }

  info(event: E): void {
    this.#logger.info(event)
  }

  warn(event: E, cause?: unknown): void {
    this.#logger.warn(withCause(event, cause))
  }

  error(event: E, cause?: unknown): void {
    this.#logger.error(withCause(event, cause))
  }

  along(trail: Trail): PinoTelemetry<E> {
    return new PinoTelemetry(this.#logger.child(trail))
  }
}

function withCause(event: LogEvent, cause: unknown): object {
  return cause === undefined ? event : { ...event, error: describeError(cause) }
}

function standardOutput(): (line: string) => void {
  const stdout = destination({ dest: 1, sync: true })
  return (line) => {
    stdout.write(line)
  }
}
