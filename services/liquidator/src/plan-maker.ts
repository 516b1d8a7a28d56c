import type { CdpHealth, Decimal, PlanVerdict, ResourceAddress } from '@weft/domain'
import type { TipReading } from './tip-reading.ts'

/** Chooses how to liquidate: which debt, how funded, which collateral, which way out. */
export interface PlanMaker {
  plan(at: TipReading, health: CdpHealth, balances: ReadonlyMap<ResourceAddress, Decimal>): Promise<PlanVerdict>
}
