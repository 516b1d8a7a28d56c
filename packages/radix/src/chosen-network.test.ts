import { expect, test } from 'vitest'
import { chosenNetwork } from './chosen-network.ts'

test('mainnet and stokenet are shipped; another Gateway may serve them', () => {
  expect(chosenNetwork({ network: 'mainnet' })).toMatchObject({
    networkId: 1,
    gatewayUrl: 'https://mainnet.radixdlt.com',
  })
  const own = chosenNetwork({ network: 'stokenet', gatewayUrl: 'http://127.0.0.1:4100' })
  expect(own).toMatchObject({ networkId: 2, gatewayUrl: 'http://127.0.0.1:4100' })
})

test('a local network needs its configuration, and only its own', () => {
  expect(() => chosenNetwork({ network: 'local' })).toThrow('No configuration is shipped for local')
  const stokenet = JSON.stringify(chosenNetwork({ network: 'stokenet' }))
  expect(chosenNetwork({ network: 'stokenet', configJson: stokenet }).networkId).toBe(2)
  expect(() => chosenNetwork({ network: 'local', configJson: stokenet })).toThrow('is for stokenet, but local')
  expect(() => chosenNetwork({ network: 'local', configJson: '{' })).toThrow('is no JSON')
})
