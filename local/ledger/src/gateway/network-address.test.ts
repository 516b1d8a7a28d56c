import { expect, test } from 'vitest'
import { humanReadablePart, networkEnding, rewriteHumanReadablePart } from './network-address.ts'

const MAINNET_XRD = 'resource_rdx1tknxxxxxxxxxradxrdxxxxxxxxx009923554798xxxxxxxxxradxrd'

test('reads the human-readable part of addresses of every network', () => {
  expect(humanReadablePart(MAINNET_XRD)).toBe('resource_rdx')
  expect(humanReadablePart('component_tdx_2_1crrha0f0s7gayclln3f2s4xmpz3ja5lph2prmavkdsfwc05sun0t8t')).toBe(
    'component_tdx_2_',
  )
})

test('refuses an address with one mistyped letter', () => {
  expect(humanReadablePart(MAINNET_XRD.replace('xradxrd', 'xradxre'))).toBeUndefined()
  expect(humanReadablePart('resource_rdx')).toBeUndefined()
})

test('writes the XRD address of other networks from the mainnet one', () => {
  expect(rewriteHumanReadablePart(MAINNET_XRD, `resource_${networkEnding(2)}`)).toBe(
    'resource_tdx_2_1tknxxxxxxxxxradxrdxxxxxxxxx009923554798xxxxxxxxxtfd2jc',
  )
  expect(rewriteHumanReadablePart(MAINNET_XRD, `resource_${networkEnding(240)}`)).toBe(
    'resource_loc1tknxxxxxxxxxradxrdxxxxxxxxx009923554798xxxxxxxxxvq32hv',
  )
})
