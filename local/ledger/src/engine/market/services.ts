import { ADDRESSES } from '../addressbook.ts'
import type { MarketState } from './state.ts'
import { MarketError } from './state.ts'

/** Service switches by component, in the order of their SBOR variants. */
export const SERVICES = {
  market: ['CreateCDP', 'UpdateCDP', 'BurnCDP'],
  collateral: ['Add', 'Remove', 'RemoveForLiquidation', 'FlashOperation'],
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

export function serviceKey(component: ServiceComponent, service: string, scope: string): string {
  return `${component}|${service}|${scope}`
}

/** @throws {MarketError} when a switch in one of `scopes` is off; an absent switch is on. */
export function requireService(
  market: MarketState,
  component: ServiceComponent,
  service: string,
  ...scopes: readonly string[]
): void {
  for (const scope of scopes) {
    const status = market.track.get(market.store.services, serviceKey(component, service, scope))
    if (status && !status.enabled) throw new MarketError(`ServiceDisabled: ${component} ${service} (${scope})`)
  }
}

export function requireCollateralService(market: MarketState, service: string, resource: string): void {
  const scope = market.resourceType(resource).kind === 'lsu' ? 'GlobalLSU' : 'GlobalResource'
  requireService(market, 'collateral', service, scope, resource)
}

export function requireNftService(market: MarketState, service: string, resource: string): void {
  const type = market.track.get(market.store.nftTypes, resource)
  if (!type) throw new MarketError(`NotACollateralResource: ${resource}`)
  requireService(market, 'collateral', service, type.kind === 'claim' ? 'GlobalClaimNFT' : 'GlobalNFT', resource)
}

export function requireLoanService(market: MarketState, service: string, resource: string): void {
  requireService(market, 'loan', service, 'Global', resource)
}

export function requirePoolService(market: MarketState, service: string, resource: string): void {
  requireService(market, 'pool', service, 'Global', resource)
}

/** The component that shows a service's switches. */
export function componentOf(component: ServiceComponent): string {
  return component === 'pool' ? ADDRESSES.pool : ADDRESSES.market
}
