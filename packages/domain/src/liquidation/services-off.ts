import type { ResourceAddress } from '../ids.ts'
import type { CollateralKind, MarketSnapshot, ServiceTables } from '../market.ts'
import { whyUnreadable } from '../unreadable.ts'

/**
 * Service switches of the market and the pool, by the ledger's own names. A call that needs one which is off fails whole, so a plan
 * that needs it is not made. Which calls need which services is *(inferred)* from the services' names.
 */
export interface NeededService {
  readonly table: keyof ServiceTables
  readonly service: string
  /** Entries that may hold the switch, the deciding one first; empty for the market's own services. */
  readonly scopes: readonly string[]
}

/** How each table is called on the ledger. */
const TABLE_NAMES = {
  market: 'market_service_status',
  loans: 'loan_service_manager',
  collaterals: 'collateral_service_manager',
  pool: 'lending_service_manager',
} as const satisfies Record<keyof ServiceTables, string>

/** The first needed service that is not on, in words for an alternative's reason; `undefined` when all are on. */
export function serviceOff(market: MarketSnapshot, needed: readonly NeededService[]): string | undefined {
  for (const need of needed) {
    const why = whyOff(market, need)
    if (why !== undefined) return why
  }
  return undefined
}

/**
 * The first entry that exists decides, also when the service is missing in it, which counts as off *(inferred)*. Without any the market
 * itself fails, so the switch is unknown and the operation is not done.
 */
function whyOff(
  { services, unreadable }: MarketSnapshot,
  { table, service, scopes }: NeededService,
): string | undefined {
  const name = `${table === 'pool' ? 'pool' : 'market'} service ${service}`
  for (const scope of table === 'market' ? ['*'] : scopes) {
    const broken = whyUnreadable({ unreadable }, TABLE_NAMES[table], scope)
    if (broken !== undefined) return `${name} (${scope}) is unknown: ${broken}`
    const entry = table === 'market' ? services.market : services[table].get(scope)
    if (entry)
      return entry.get(service) === true ? undefined : `${name}${table === 'market' ? '' : ` (${scope})`} is off`
  }
  return `${name} is set for none of ${scopes.join(', ')}, so nobody knows whether it is on`
}

const ofLoan = (service: string, resource: ResourceAddress): NeededService => ({
  table: 'loans',
  service,
  scopes: [resource, 'Global'],
})
const ofPool = (service: string, resource: ResourceAddress): NeededService => ({
  table: 'pool',
  service,
  scopes: [resource, 'Global'],
})

const UPDATE_CDP: NeededService = { table: 'market', service: 'UpdateCDP', scopes: [] }

export function liquidateServices(
  debt: ResourceAddress,
  seized: readonly { resource: ResourceAddress; kind: CollateralKind }[],
): NeededService[] {
  return [
    UPDATE_CDP,
    ofLoan('RepayForLiquidation', debt),
    ofPool('ProtectedRepay', debt),
    ...seized.map(
      ({ resource, kind }): NeededService => ({
        table: 'collaterals',
        service: 'RemoveForLiquidation',
        scopes: collateralScopes(resource, kind),
      }),
    ),
  ]
}

function collateralScopes(resource: ResourceAddress, kind: CollateralKind): readonly string[] {
  switch (kind.kind) {
    case 'token':
      return [resource, 'GlobalResource']
    case 'deposit-unit':
      return [resource, kind.underlying, 'GlobalResource']
    case 'lsu':
      return [resource, 'GlobalLSU', 'GlobalResource']
  }
}

export function liquidateNftServices(debt: ResourceAddress, nft: ResourceAddress, isClaim: boolean): NeededService[] {
  return [
    UPDATE_CDP,
    ofLoan('RepayForNFTLiquidation', debt),
    ofPool('ProtectedRepay', debt),
    { table: 'collaterals', service: 'RemoveForLiquidation', scopes: nftScopes(nft, isClaim) },
  ]
}

function nftScopes(nft: ResourceAddress, isClaim: boolean): readonly string[] {
  return isClaim ? [nft, 'GlobalClaimNFT', 'GlobalNFT'] : [nft, 'GlobalNFT']
}

export function flashLoanService(resource: ResourceAddress): NeededService {
  return ofPool('FlashLoan', resource)
}

export function withdrawService(underlying: ResourceAddress): NeededService {
  return ofPool('Withdraw', underlying)
}

/** A new CDP with a claim NFT as collateral that borrows XRD. */
export function financeServices(claimNft: ResourceAddress, xrd: ResourceAddress): NeededService[] {
  return [
    { table: 'market', service: 'CreateCDP', scopes: [] },
    { table: 'collaterals', service: 'Add', scopes: nftScopes(claimNft, true) },
    ofLoan('Borrow', xrd),
    ofPool('ProtectedBorrow', xrd),
  ]
}
