import { decimalText, type ExitQuote, type ExitVenue, type QuoteRequest } from '@weft/domain'
import type { Decimal } from '@weft/domain/decimal'
import * as z from 'zod'
import {
  askForJson,
  endpointOf,
  type HttpService,
  type HttpVenueOptions,
  quoteEach,
  VenueUnavailableError,
} from './http-quotes.ts'

const token = z.object({ token: decimalText })

/** Part of the answer that a quote needs; the rest (routes, fees, price impact, values in XRD and USD) is left. */
const SwapPreview = z.object({
  input_address: z.string().optional(),
  output_address: z.string().optional(),
  output_amount: token,
})

/**
 * What Ociswap says a swap fetches: `GET {apiUrl}/preview/swap?input_address&input_amount&output_address`, amounts as decimal text.
 * Unverified: several public clients of the service agree on this request and on the answer's fields, this project never saw it live.
 * @returns `undefined` where it has no route. @throws {VenueUnavailableError} also when it answers another question than was asked.
 */
export async function askOciswap(
  { name, apiUrl, timeoutMs }: HttpService,
  { from, to, amountIn }: QuoteRequest,
): Promise<Decimal | undefined> {
  const url = endpointOf(apiUrl, 'preview/swap')
  url.searchParams.set('input_address', from)
  url.searchParams.set('input_amount', amountIn.toString())
  url.searchParams.set('output_address', to)
  const answer = await askForJson({ venue: name, url, timeoutMs }, SwapPreview)
  if (answer && ((answer.input_address ?? from) !== from || (answer.output_address ?? to) !== to))
    throw new VenueUnavailableError(name, `asked for ${from} to ${to}, it answered for another pair`, {
      answered: true,
    })
  return answer?.output_amount.token
}

/** Exits through Ociswap. */
export class OciswapVenue implements ExitVenue {
  readonly name: string
  readonly #options: HttpVenueOptions

  constructor(options: HttpVenueOptions) {
    this.name = options.name
    this.#options = options
  }

  /** @throws {VenueUnavailableError} */
  quotes(requests: readonly QuoteRequest[]): Promise<readonly (ExitQuote | undefined)[]> {
    return quoteEach(requests, this.#options, (request) => askOciswap(this.#options, request))
  }
}
