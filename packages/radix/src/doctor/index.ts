export type { Exchange } from '../gateway/exchange.ts'
export { type DoctorOptions, examineNetwork, MOST_REQUESTS } from './examine.ts'
export { INVENTORY } from './inventory.ts'
export { DoctorReport } from './report.ts'
