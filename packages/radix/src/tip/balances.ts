import type { FungibleResourcesCollectionItem } from '@radixdlt/babylon-gateway-api-sdk'
import { type AccountAddress, ResourceAddress } from '@weft/domain'
import type { Decimal } from '@weft/domain/decimal'
import { amountAt } from '../gateway/amount-at.ts'
import type { GatewayClient } from '../gateway/gateway-client.ts'

/**
 * Fungible balances of an account at the tip, all pages of one state version: anyone can send an account more resources than a page
 * lists. An account that was never used has none.
 */
export async function fungibleBalances(
  client: GatewayClient,
  account: AccountAddress,
): Promise<ReadonlyMap<ResourceAddress, Decimal>> {
  const answer = await client.entityDetails({ addresses: [account], aggregation_level: 'Global' })
  const firstPage = answer.items.find((item) => item.address === account)?.fungible_resources
  const items: FungibleResourcesCollectionItem[] = [...(firstPage?.items ?? [])]
  let cursor = firstPage?.next_cursor
  while (cursor) {
    const page = await client.entityFungiblesPage({
      address: account,
      aggregation_level: 'Global',
      at_ledger_state: { state_version: answer.ledger_state.state_version },
      cursor,
    })
    items.push(...page.items)
    cursor = page.next_cursor
  }
  return new Map(
    items.flatMap((item) =>
      item.aggregation_level === 'Global'
        ? [
            [
              ResourceAddress.parse(item.resource_address),
              amountAt(`balance of ${item.resource_address} in ${account}`, item.amount),
            ] as const,
          ]
        : [],
    ),
  )
}
