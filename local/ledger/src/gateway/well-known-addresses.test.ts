import { RadixEngineToolkit } from '@radixdlt/radix-engine-toolkit'
import { expect, test } from 'vitest'
import { wellKnownAddresses } from './well-known-addresses.ts'

test.each([1, 2, 240])('equals what the Radix Engine Toolkit knows of network %i', async (networkId) => {
  const { resourceAddresses, packageAddresses, componentAddresses } =
    await RadixEngineToolkit.Utils.knownAddresses(networkId)
  const known = [resourceAddresses, packageAddresses, componentAddresses].flatMap((addresses) =>
    Object.values(addresses),
  )
  expect(known.length).toBeGreaterThan(20)
  expect(Object.values(wellKnownAddresses(networkId))).toEqual(expect.arrayContaining(known))
})
