import type { Services } from '../records.ts'
import type { MarketState } from './state.ts'
import { MarketError } from './state.ts'

/** Service switches by component, in the order of their SBOR variants. */
export const SERVICES = {
  market: ['CreateCDP', 'UpdateCDP', 'BurnCDP'],
  collateral: ['Add', 'Remove', 'FlashOperation', 'RemoveForLiquidation'],
  loan: ['Borrow', 'Repay', 'RepayForRefinance', 'RepayForLiquidation', 'RepayForNFTLiquidation'],
  pool: ['FlashLoan', 'Deposit', 'Withdraw', 'ProtectedBorrow', 'ProtectedRepay'],
} as const

export type ServiceComponent = keyof typeof SERVICES

/** Scopes without an address, in the order of their SBOR variants; `Resource` and `NFT` scopes carry one and follow. */
export const GLOBAL_SCOPES = {
  market: ['Global'],
  collateral: ['GlobalResource', 'GlobalNFT', 'GlobalLSU', 'GlobalClaimNFT'],
  loan: ['Global'],
  pool: ['Global'],
} as const

/** @param scope a global one, or the address of a resource */
export function servicesKey(component: ServiceComponent, scope: string): string {
  return `${component}|${scope}`
}

/** What stands under a new key: every service, on. */
export function allEnabled(component: ServiceComponent): Services {
  return new Map(SERVICES[component].map((service) => [service, { enabled: true, locked: false }]))
}

/**
 * The first of `scopes` that has an entry decides **(inferred)**; a service that is missing in it is off.
 * @throws {MarketError} when the service is off, or no scope has an entry.
 */
export function requireService(
  market: MarketState,
  component: ServiceComponent,
  service: string,
  ...scopes: readonly string[]
): void {
  for (const scope of scopes) {
    const services = market.track.get(market.store.services, servicesKey(component, scope))
    if (!services) continue
    if (services.get(service)?.enabled) return
    throw new MarketError(`ServiceDisabled: ${component} ${service} (${scope})`)
  }
  throw new MarketError(`ServiceNotSet: ${component} ${service} (${scopes.join(', ')})`)
}

/** A deposit unit goes by its own entry, then by its underlying's; an LSU by its own, then by those of all LSU. */
export function requireCollateralService(market: MarketState, service: string, resource: string): void {
  const type = market.resourceType(resource)
  const between = type.kind === 'deposit-unit' ? [type.underlying] : type.kind === 'lsu' ? (['GlobalLSU'] as const) : []
  requireService(market, 'collateral', service, resource, ...between, 'GlobalResource')
}

export function requireNftService(market: MarketState, service: string, resource: string): void {
  const type = market.track.get(market.store.nftTypes, resource)
  if (!type) throw new MarketError(`NotACollateralResource: ${resource}`)
  const between = type.kind === 'claim' ? (['GlobalClaimNFT'] as const) : []
  requireService(market, 'collateral', service, resource, ...between, 'GlobalNFT')
}

export function requireLoanService(market: MarketState, service: string, resource: string): void {
  requireService(market, 'loan', service, resource, 'Global')
}

export function requirePoolService(market: MarketState, service: string, resource: string): void {
  requireService(market, 'pool', service, resource, 'Global')
}
