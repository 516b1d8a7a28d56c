import type { CollateralKind, LendingPool, ResourceAddress } from '@weft/domain'

/**
 * What every fungible collateral is. The market classifies a resource when it first meets it; a deposit unit is what its pool says,
 * also before that *(inferred)*, so that it is never taken for a plain token.
 */
export function collateralKindsWith(
  pools: ReadonlyMap<ResourceAddress, Pick<LendingPool, 'depositUnit'>>,
  classified: ReadonlyMap<ResourceAddress, CollateralKind>,
): Map<ResourceAddress, CollateralKind> {
  const kinds = new Map<ResourceAddress, CollateralKind>()
  for (const [underlying, { depositUnit }] of pools) kinds.set(depositUnit, { kind: 'deposit-unit', underlying })
  for (const [resource, kind] of classified) kinds.set(resource, kind)
  return kinds
}
