import { AccountAddress, ComponentAddress, ResourceAddress } from '@weft/domain'
import { Decimal } from '@weft/domain/decimal'
import { afterEach, describe, expect, test } from 'vitest'
import { type RoutingService, startRoutingService } from '../../test/routing-service.ts'
import { AstrolescentVenue } from './astrolescent-venue.ts'
import { VenueUnavailableError } from './http-quotes.ts'
import { OciswapVenue } from './ociswap-venue.ts'

const from = ResourceAddress.parse('resource_rdx1t5kmyj54jt85malva7fxdrnpvgfgs623yt7ywdaval25vrdlmnwe97')
const to = ResourceAddress.parse('resource_rdx1tknxxxxxxxxxradxrdxxxxxxxxx009923554798xxxxxxxxxradxrd')
const component = ComponentAddress.parse('component_rdx1cpy6putj5p7937clqgcgutza7k53zpha039n9u5hkk0ahh4stdmq4w')
const account = AccountAddress.parse('account_rdx12995u6eueux9mxxnasvsrw4rykg704epl0w67r82nuzd9u9vfn9usz')
const request = { from, to, amountIn: Decimal.parse('0.0000001') }

let service: RoutingService | undefined
afterEach(() => service?.close())

/** A venue's service that answers everything alike; `undefined` never answers. */
async function serviceThatAnswers(status: number, body: string | undefined): Promise<RoutingService> {
  service = await startRoutingService(() => (body === undefined ? undefined : { status, body }))
  return service
}

describe('Ociswap', () => {
  const venueAt = (apiUrl: string) => new OciswapVenue({ name: 'ociswap', component, apiUrl, timeoutMs: 200 })

  test('is asked with exact plain amounts and quotes exactly', async () => {
    const service = await serviceThatAnswers(
      200,
      '{"output_amount":{"token":"12.000000000000000001","xrd":"1"},"swaps":[]}',
    )
    const [quote] = await venueAt(service.url).quotes([request])
    expect(quote).toEqual({
      ...request,
      venue: 'ociswap',
      component,
      amountOut: Decimal.parse('12.000000000000000001'),
    })
    const { pathname, search } = service.seen[0]?.url ?? {}
    expect(pathname).toBe('/preview/swap')
    expect(search).toBe(`?input_address=${from}&input_amount=0.0000001&output_address=${to}`)
  })

  test('without a route gives none', async () => {
    expect(await venueAt((await serviceThatAnswers(404, '{}')).url).quotes([request])).toEqual([undefined])
  })

  test.each([
    ['an outage', 503, 'down'],
    ['another shape', 200, '{"output_amount":12}'],
    ['an amount that is no decimal', 200, '{"output_amount":{"token":"many"}}'],
    ['an answer to another question', 200, `{"input_address":"${to}","output_amount":{"token":"12"}}`],
    ['no JSON', 200, '<html>'],
    ['silence', 200, undefined],
  ])('%s is no quote and is said', async (_, status, body) => {
    const venue = venueAt((await serviceThatAnswers(status, body)).url)
    await expect(venue.quotes([request])).rejects.toBeInstanceOf(VenueUnavailableError)
  })
})

describe('Astrolescent', () => {
  test('is asked below the partner’s URL, and its floats become plain amounts', async () => {
    const service = await serviceThatAnswers(200, '{"inputTokens":1,"outputTokens":1.18186e-7,"manifest":"…"}')
    const venue = new AstrolescentVenue({
      name: 'astrolescent',
      component,
      account,
      apiUrl: `${service.url}/partner/key`,
    })
    const [quote] = await venue.quotes([request])
    expect(quote?.amountOut).toEqual(Decimal.parse('0.000000118186'))
    expect(service.seen[0]?.url.pathname).toBe('/partner/key/swap')
    expect(JSON.parse(service.seen[0]?.body ?? '')).toEqual({
      inputToken: from,
      outputToken: to,
      inputAmount: '0.0000001',
      fromAddress: account,
    })
  })

  test.each([
    ['12345678901234567.891234567', '12345678901234567.891234567'],
    ['0.00000012345678901234567', '0.000000123456789012'],
    ['1.2345678901234567e-7', '0.000000123456789012'],
    ['"7.5"', '7.5'],
  ])('of an amount written as %s no digit is changed', async (written, amount) => {
    const service = await serviceThatAnswers(200, `{"outputTokens":${written}}`)
    const venue = new AstrolescentVenue({ name: 'astrolescent', component, account, apiUrl: service.url })
    const [quote] = await venue.quotes([request])
    expect(quote?.amountOut.toString()).toBe(amount)
  })

  test.each(['"much"', 'null', 'true', '1e99', '-0.5', '"-0.5"'])(
    'an amount written as %s is no quote',
    async (written) => {
      const service = await serviceThatAnswers(200, `{"outputTokens":${written}}`)
      const venue = new AstrolescentVenue({ name: 'astrolescent', component, account, apiUrl: service.url })
      await expect(venue.quotes([request])).rejects.toBeInstanceOf(VenueUnavailableError)
    },
  )
})
