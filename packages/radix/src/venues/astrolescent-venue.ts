import { type AccountAddress, decimalText, type ExitQuote, type ExitVenue, type QuoteRequest } from '@weft/domain'
import { Decimal } from '@weft/domain/decimal'
import * as z from 'zod'
import { askForJson, DEFAULT_QUOTE_TIMEOUT_MS, endpointOf, type HttpVenueOptions, quoteEach } from './http-quotes.ts'

/** A float is good enough for a quote: the slippage guard of the manifest is exact. */
const floatAmount = z
  .number()
  .nonnegative()
  .max(1e18)
  .transform((amount) => Decimal.parse(amount.toFixed(18)))

/** Part of the answer that a quote needs. The ready-made manifest is not used: only what this project writes is signed. */
const SwapAnswer = z.object({ outputTokens: z.union([decimalText, floatAmount]) })

export interface AstrolescentOptions extends HttpVenueOptions {
  /** Asked for by the service, which writes a manifest for it. */
  readonly account: AccountAddress
}

/**
 * Quotes from the Astrolescent aggregator: `POST {apiUrl}/swap`, where the URL holds the partner's key.
 * Unverified: the request is that of public clients, the answer's field names were never seen live by this project.
 */
export class AstrolescentVenue implements ExitVenue {
  readonly name: string
  readonly #options: AstrolescentOptions

  constructor(options: AstrolescentOptions) {
    this.name = options.name
    this.#options = options
  }

  /** @throws {VenueUnavailableError} */
  quotes(requests: readonly QuoteRequest[]): Promise<readonly (ExitQuote | undefined)[]> {
    const { account, apiUrl, timeoutMs = DEFAULT_QUOTE_TIMEOUT_MS } = this.#options
    return quoteEach(requests, this.#options, async ({ from, to, amountIn }) => {
      const body = { inputToken: from, outputToken: to, inputAmount: amountIn.toString(), fromAddress: account }
      const url = endpointOf(apiUrl, 'swap')
      const answer = await askForJson({ venue: this.name, url, body, timeoutMs }, SwapAnswer)
      return answer?.outputTokens
    })
  }
}
