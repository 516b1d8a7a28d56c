import { GetParameterCommand, ParameterNotFound, type SSMClient } from '@aws-sdk/client-ssm'
import type { ModeSwitch, OperatingMode } from '@weft/domain'

/** What the parameter held when it was none of the three modes; `undefined` when it does not exist. */
export type UnknownMode = (value: string | undefined) => void

export interface ModeSwitchOptions {
  readonly parameter: string
  /** Milliseconds that only ever grow; the process's own by default. */
  readonly nowMs?: () => number
  /** Called at every reading that is no mode: an operator mistyped, and the service stands still. */
  readonly onUnknown: UnknownMode
}

const MODES: readonly OperatingMode[] = ['live', 'dry-run', 'paused']
const MAX_AGE_MS = 30_000
/** Processes that started together do not ask together; 400 of them stay far below the account's rate. */
const JITTER_MS = 10_000

const monotonicMs = () => performance.now()

/**
 * The kill switch: an SSM parameter, read again when the last reading is twenty to thirty seconds old. Anything but a known mode means
 * `paused`. When it cannot be read, asking throws: nobody acts on a mode that may have been taken back.
 */
export class SsmModeSwitch implements ModeSwitch {
  readonly #ssm: SSMClient
  readonly #options: ModeSwitchOptions
  #reading: { readonly untilMs: number; readonly mode: Promise<OperatingMode> } | undefined

  constructor(ssm: SSMClient, options: ModeSwitchOptions) {
    this.#ssm = ssm
    this.#options = options
  }

  mode(): Promise<OperatingMode> {
    const nowMs = (this.#options.nowMs ?? monotonicMs)()
    if (this.#reading === undefined || nowMs >= this.#reading.untilMs) {
      const reading = { untilMs: nowMs + MAX_AGE_MS - Math.random() * JITTER_MS, mode: this.#read() }
      this.#reading = reading
      // A failure is told to those who asked, and the next one asks again.
      reading.mode.catch(() => {
        if (this.#reading === reading) this.#reading = undefined
      })
    }
    return this.#reading.mode
  }

  async #read(): Promise<OperatingMode> {
    const value = await this.#value()
    const mode = MODES.find((each) => each === value)
    if (mode !== undefined) return mode
    this.#options.onUnknown(value)
    return 'paused'
  }

  async #value(): Promise<string | undefined> {
    try {
      const { Parameter } = await this.#ssm.send(new GetParameterCommand({ Name: this.#options.parameter }))
      return Parameter?.Value?.trim()
    } catch (error) {
      if (error instanceof ParameterNotFound) return undefined
      throw error
    }
  }
}
