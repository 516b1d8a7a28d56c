import { decimalText, ResourceAddress } from '@weft/domain'
import * as z from 'zod'
import { askForJson, endpointOf, type HttpService, VenueUnavailableError, writtenFloat } from './http-quotes.ts'
import type { ListedPrice } from './price-list-source.ts'

/** One row, as far as it is read. The list gives more (dollar prices, changes, volumes), which is left. */
const Row = z.object({
  address: z.string(),
  tokenPriceXRD: z.union([decimalText, writtenFloat]),
  /** When the service last worked the price out; it does so every ten minutes. */
  updatedAt: z.iso.datetime({ offset: true }).optional(),
})

const List = z.record(z.string(), z.unknown())

/**
 * All prices of the Astrolescent aggregator: `GET {apiUrl}/prices`, where the URL holds the partner's key. Unverified: several public
 * clients of the service agree on the request and the fields, this project never saw it live. The market's own updater reads the same
 * list for some tokens, so an error in it is no second opinion on them: it is asked beside a source that trades.
 * @throws {VenueUnavailableError}
 */
export async function readAstrolescentPrices({
  name,
  apiUrl,
  timeoutMs,
}: HttpService): Promise<ReadonlyMap<ResourceAddress, ListedPrice>> {
  const list = await askForJson({ venue: name, url: endpointOf(apiUrl, 'prices'), timeoutMs }, List)
  if (!list) throw new VenueUnavailableError(name, 'there is no list under its URL', { answered: true })
  const prices = new Map<ResourceAddress, ListedPrice>()
  for (const [key, value] of Object.entries(list)) {
    const resource = ResourceAddress.safeParse(key)
    if (resource.success) prices.set(resource.data, listed(resource.data, value))
  }
  return prices
}

function listed(resource: ResourceAddress, value: unknown): ListedPrice {
  const row = Row.safeParse(value)
  if (!row.success) {
    const fields = row.error.issues.map(({ path }) => path.map(String).join('.') || 'the whole')
    return { kind: 'no-vote', reason: 'unavailable', why: `another shape than known: ${fields.join(', ')}` }
  }
  const { address, tokenPriceXRD: priceXrd, updatedAt } = row.data
  if (address !== resource)
    return { kind: 'no-vote', reason: 'unavailable', why: 'its row is of another asset than its key says' }
  if (updatedAt === undefined) return { kind: 'no-vote', reason: 'stale', why: 'it does not say how old its price is' }
  return { kind: 'listed', priceXrd, atMs: Date.parse(updatedAt) }
}
