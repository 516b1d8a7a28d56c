export * from './engine/control.ts'
export { createLedger } from './engine/ledger.ts'
export { FaultPlanError, type FaultPlanInput } from './gateway/fault-plan.ts'
export { type LedgerServer, type LedgerServerOptions, startLedgerServer } from './gateway/server.ts'
