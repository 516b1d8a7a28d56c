import { decimalText, ResourceAddress } from '@weft/domain'
import * as z from 'zod'
import { askForJson, endpointOf, type HttpService, VenueUnavailableError, writtenFloat } from './http-quotes.ts'
import type { ListedPrice } from './price-list-source.ts'

const Prices = z.array(z.object({ resourceAddress: ResourceAddress, price: z.union([decimalText, writtenFloat]) }))

/**
 * What Weft's own HTTP API says: `GET {apiUrl}/price?resourceAddresses=…`, in XRD. Unverified, after one public client. It repeats the
 * market's own prices: it would confirm any of them, so none of it has a vote. It serves people, to compare a first reading.
 * @throws {VenueUnavailableError}
 */
export async function readWeftApiPrices(
  { name, apiUrl, timeoutMs }: HttpService,
  assets: readonly ResourceAddress[],
): Promise<ReadonlyMap<ResourceAddress, ListedPrice>> {
  const url = endpointOf(apiUrl, 'price')
  url.searchParams.set('resourceAddresses', assets.join(','))
  const prices = await askForJson({ venue: name, url, timeoutMs }, Prices)
  if (!prices) throw new VenueUnavailableError(name, 'there are no prices under its URL', { answered: true })
  return new Map(
    prices.map(({ resourceAddress, price }) => [
      resourceAddress,
      { kind: 'no-vote', reason: 'not-independent', why: `${price} XRD, which repeats the market's own price` },
    ]),
  )
}
