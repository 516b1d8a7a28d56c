import type { FaultPlanInput, GenesisOverrides, LedgerAddresses, LedgerControl } from '@weft/ledger'

/** What the stack may ask of the ledger's thread: plain data in, plain data out. */
export type RemoteControl = {
  readonly [Name in keyof LedgerControl as Name extends 'liquidationLtv' ? never : Name]: LedgerControl[Name] extends (
    ...args: infer Args
  ) => infer Result
    ? (...args: Args) => Promise<Awaited<Result>>
    : never
}

export interface LedgerThreadOptions {
  readonly seed: number
  readonly cdps: number
  readonly roundMs: number
  readonly epochMs: number
  readonly commitDelayMs: { readonly min: number; readonly max: number }
  readonly genesis: GenesisOverrides
  /** Memory of the stack's shared clock. */
  readonly clock: SharedArrayBuffer
}

export type ThreadRequest =
  | { readonly id: number; readonly call: string; readonly args: readonly unknown[] }
  | { readonly id: number; readonly faults: FaultPlanInput }
  | { readonly id: number; readonly requests: true }
  | { readonly id: number; readonly stop: true }

export type ThreadReply =
  | { readonly ready: { readonly url: string; readonly addresses: LedgerAddresses } }
  | { readonly id: number; readonly value: unknown }
  | { readonly id: number; readonly error: string }
