import { AccountAddress, ComponentAddress } from '@weft/domain'
import { expect, test } from 'vitest'
import { chosenNetwork } from '../chosen-network.ts'
import { GatewayClient } from '../gateway/gateway-client.ts'
import { exitVenues } from './exit-venues.ts'

const component = ComponentAddress.parse('component_rdx1cpy6putj5p7937clqgcgutza7k53zpha039n9u5hkk0ahh4stdmq4w')
const needs = {
  client: new GatewayClient({ gatewayUrls: ['http://127.0.0.1:9'] }),
  account: AccountAddress.parse('account_rdx12995u6eueux9mxxnasvsrw4rykg704epl0w67r82nuzd9u9vfn9usz'),
  divisibilityOf: () => 18,
}
const mainnet = chosenNetwork({ network: 'mainnet' })

test('every configured venue that answers quotes is asked, in the configured order', () => {
  const apiUrl = 'https://api.example.com'
  const venues = [
    { name: 'second-best', kind: 'ociswap', component, apiUrl } as const,
    { name: 'mute', kind: 'sample-dex', component } as const,
    { name: 'aggregator', kind: 'astrolescent', component, apiUrl } as const,
    { name: 'dex', kind: 'simulated-dex', component } as const,
  ]
  expect(exitVenues({ ...mainnet, venues }, needs).map((venue) => venue.name)).toEqual([
    'second-best',
    'aggregator',
    'dex',
  ])
})

test('a venue over HTTP needs to know where', () => {
  const venues = [{ name: 'oci', kind: 'ociswap', component } as const]
  expect(() => exitVenues({ ...mainnet, venues }, needs)).toThrow('Venue oci needs an apiUrl')
})
