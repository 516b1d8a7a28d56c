import type { Decimal, ResourceAddress, Vouched } from '@weft/domain'

/** Of each resource, what is worth `leftXrd` at the highest price that is vouched for; one that nobody vouches for is not spent. */
export function spendableOf(
  resources: Iterable<ResourceAddress>,
  leftXrd: Decimal,
  vouched: Vouched,
): ReadonlyMap<ResourceAddress, Decimal> {
  const spendable = new Map<ResourceAddress, Decimal>()
  for (const resource of resources) {
    const worth = vouched(resource)
    if (worth?.highestXrd.isPositive()) spendable.set(resource, leftXrd.dividedBy(worth.highestXrd))
  }
  return spendable
}
