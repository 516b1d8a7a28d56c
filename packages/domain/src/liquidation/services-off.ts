import type { ResourceAddress } from '../ids.ts'
import type { CollateralKind, DisabledService, MarketSnapshot } from '../market.ts'

/**
 * Service switches of the market and the pool, by the ledger's own names. A call that needs one which is off fails whole, so a plan
 * that needs it is not made. Which calls need which services is *(inferred)* from the services' names.
 */
export interface NeededService {
  readonly component: DisabledService['component']
  readonly service: string
  /** Scopes that the call falls under; empty for services without one. */
  readonly scopes: readonly string[]
  readonly resource?: ResourceAddress
}

/** The first needed service that is switched off, in words for an alternative's reason; `undefined` when all are on. */
export function serviceOff(market: MarketSnapshot, needed: readonly NeededService[]): string | undefined {
  for (const need of needed) {
    const off = market.disabledServices.find((each) => covers(each, need))
    if (off)
      return `${off.component} service ${off.service} (${[off.scope, off.resource].filter(Boolean).join(' ')}) is off`
  }
  return undefined
}

function covers(off: DisabledService, need: NeededService): boolean {
  if (off.component !== need.component || off.service !== need.service) return false
  return off.resource !== undefined
    ? off.resource === need.resource
    : isUnscoped(need) || need.scopes.includes(off.scope)
}

function isUnscoped(need: NeededService): boolean {
  return need.scopes.length === 0
}

export function liquidateServices(
  debt: ResourceAddress,
  seized: readonly { resource: ResourceAddress; kind: CollateralKind }[],
): NeededService[] {
  return [
    { component: 'market', service: 'UpdateCDP', scopes: [] },
    { component: 'market', service: 'RepayForLiquidation', scopes: ['Global'], resource: debt },
    { component: 'pool', service: 'ProtectedRepay', scopes: ['Global'], resource: debt },
    ...seized.map(
      ({ resource, kind }): NeededService => ({
        component: 'market',
        service: 'RemoveForLiquidation',
        scopes: kind.kind === 'lsu' ? ['GlobalLSU'] : ['GlobalResource'],
        resource,
      }),
    ),
  ]
}

export function liquidateNftServices(debt: ResourceAddress, nft: ResourceAddress, isClaim: boolean): NeededService[] {
  return [
    { component: 'market', service: 'UpdateCDP', scopes: [] },
    { component: 'market', service: 'RepayForNFTLiquidation', scopes: ['Global'], resource: debt },
    { component: 'pool', service: 'ProtectedRepay', scopes: ['Global'], resource: debt },
    {
      component: 'market',
      service: 'RemoveForLiquidation',
      scopes: isClaim ? ['GlobalNFT', 'GlobalClaimNFT'] : ['GlobalNFT'],
      resource: nft,
    },
  ]
}

export function flashLoanService(resource: ResourceAddress): NeededService {
  return { component: 'pool', service: 'FlashLoan', scopes: ['Global'], resource }
}

export function withdrawService(underlying: ResourceAddress): NeededService {
  return { component: 'pool', service: 'Withdraw', scopes: ['Global'], resource: underlying }
}

/** A new CDP with a claim NFT as collateral that borrows XRD. */
export function financeServices(claimNft: ResourceAddress, xrd: ResourceAddress): NeededService[] {
  return [
    { component: 'market', service: 'CreateCDP', scopes: [] },
    { component: 'market', service: 'Add', scopes: ['GlobalNFT', 'GlobalClaimNFT'], resource: claimNft },
    { component: 'market', service: 'Borrow', scopes: ['Global'], resource: xrd },
    { component: 'pool', service: 'ProtectedBorrow', scopes: ['Global'], resource: xrd },
  ]
}
