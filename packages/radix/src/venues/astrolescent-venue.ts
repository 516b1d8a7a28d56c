import { type AccountAddress, decimalText, type ExitQuote, type ExitVenue, type QuoteRequest } from '@weft/domain'
import type { Decimal } from '@weft/domain/decimal'
import * as z from 'zod'
import {
  askForJson,
  endpointOf,
  type HttpService,
  type HttpVenueOptions,
  quoteEach,
  writtenFloat,
} from './http-quotes.ts'

/** Part of the answer that a quote needs. The ready-made manifest is not used: only what this project writes is signed. */
const SwapAnswer = z.object({
  outputTokens: z.union([decimalText, writtenFloat]).refine((amount) => !amount.isNegative(), 'must not be negative'),
})

export interface AstrolescentService extends HttpService {
  /** Asked for by the service, which writes a manifest for it. */
  readonly account: AccountAddress
}

/**
 * What the Astrolescent aggregator says a swap fetches: `POST {apiUrl}/swap`, where the URL holds the partner's key.
 * Unverified: several public clients of the service agree on this request and on the answer's fields, this project never saw it live.
 * @returns `undefined` where it has no route. @throws {VenueUnavailableError}
 */
export async function askAstrolescent(
  { name, apiUrl, timeoutMs, account }: AstrolescentService,
  { from, to, amountIn }: QuoteRequest,
): Promise<Decimal | undefined> {
  const body = { inputToken: from, outputToken: to, inputAmount: amountIn.toString(), fromAddress: account }
  const answer = await askForJson({ venue: name, url: endpointOf(apiUrl, 'swap'), body, timeoutMs }, SwapAnswer)
  return answer?.outputTokens
}

export interface AstrolescentOptions extends HttpVenueOptions, AstrolescentService {}

/** Exits through the Astrolescent aggregator. */
export class AstrolescentVenue implements ExitVenue {
  readonly name: string
  readonly #options: AstrolescentOptions

  constructor(options: AstrolescentOptions) {
    this.name = options.name
    this.#options = options
  }

  /** @throws {VenueUnavailableError} */
  quotes(requests: readonly QuoteRequest[]): Promise<readonly (ExitQuote | undefined)[]> {
    return quoteEach(requests, this.#options, (request) => askAstrolescent(this.#options, request))
  }
}
