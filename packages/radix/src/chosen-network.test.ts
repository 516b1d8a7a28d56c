import { expect, test } from 'vitest'
import { stokenetConfig } from '../test/stokenet-config.ts'
import { chosenNetwork } from './chosen-network.ts'

test('mainnet is shipped; another Gateway may serve it', () => {
  const mainnet = chosenNetwork({ network: 'mainnet' })
  expect(mainnet).toMatchObject({ networkId: 1, gatewayUrls: ['https://mainnet.radixdlt.com'] })
  // The pool's state names it, and of the two published addresses at least one is wrong.
  expect(mainnet.addresses.loanTermResource).toBeUndefined()
  const own = chosenNetwork({ network: 'mainnet', gatewayUrl: 'http://127.0.0.1:4100' })
  expect(own).toMatchObject({ networkId: 1, gatewayUrls: ['http://127.0.0.1:4100'] })
})

test('stokenet has no market that is known: one line says so and how to give one', () => {
  expect(() => chosenNetwork({ network: 'stokenet' })).toThrow(
    /^networks\/stokenet\.json names no market, .*--network-file.*WEFT_NETWORK_CONFIG[^\n]*$/,
  )
  const configJson = JSON.stringify(stokenetConfig)
  expect(chosenNetwork({ network: 'stokenet', configJson })).toEqual(stokenetConfig)
})

test('a local network needs its configuration, and only its own', () => {
  expect(() => chosenNetwork({ network: 'local' })).toThrow('No configuration is shipped for local')
  const configJson = JSON.stringify(stokenetConfig)
  expect(() => chosenNetwork({ network: 'local', configJson })).toThrow('is for stokenet, but local')
  expect(() => chosenNetwork({ network: 'local', configJson: '{' })).toThrow('is no JSON')
})
