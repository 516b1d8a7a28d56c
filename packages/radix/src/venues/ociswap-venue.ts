import { decimalText, type ExitQuote, type ExitVenue, type QuoteRequest } from '@weft/domain'
import * as z from 'zod'
import { askForJson, DEFAULT_QUOTE_TIMEOUT_MS, endpointOf, type HttpVenueOptions, quoteEach } from './http-quotes.ts'

/** Part of the answer that a quote needs; the rest (routes, values in XRD and USD) is left. */
const SwapPreview = z.object({ output_amount: z.object({ token: decimalText }) })

/**
 * Quotes from Ociswap: `GET {apiUrl}/preview/swap?input_address&input_amount&output_address`, amounts as decimal text.
 * Unverified: the shape is that of public clients of the service, never seen live by this project.
 */
export class OciswapVenue implements ExitVenue {
  readonly name: string
  readonly #options: HttpVenueOptions

  constructor(options: HttpVenueOptions) {
    this.name = options.name
    this.#options = options
  }

  /** @throws {VenueUnavailableError} */
  quotes(requests: readonly QuoteRequest[]): Promise<readonly (ExitQuote | undefined)[]> {
    const { apiUrl, timeoutMs = DEFAULT_QUOTE_TIMEOUT_MS } = this.#options
    return quoteEach(requests, this.#options, async ({ from, to, amountIn }) => {
      const url = endpointOf(apiUrl, 'preview/swap')
      url.searchParams.set('input_address', from)
      url.searchParams.set('input_amount', amountIn.toString())
      url.searchParams.set('output_address', to)
      const answer = await askForJson({ venue: this.name, url, timeoutMs }, SwapPreview)
      return answer?.output_amount.token
    })
  }
}
