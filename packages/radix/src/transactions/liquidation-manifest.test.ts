import { createHash } from 'node:crypto'
import type { LiquidationStep } from '@weft/domain'
import { expect, test } from 'vitest'
import { amount, context, depositUnit, fungible, hug, lsu, nft, otherDebt, xrd } from '../../test/stokenet-samples.ts'
import { EngineToolkit } from './engine-toolkit.ts'
import { buildLiquidationManifest } from './liquidation-manifest.ts'

/** Sizes and SHA-256 of the compiled sample manifests that Weft published for stokenet. */
test.each([
  ['fungible', fungible, 622, '7ed0f2d8e7ccdabaf53065f411ebeb68812b6c315bad2e0ea2df59c487e94807'],
  ['deposit-unit', depositUnit, 709, '153dfd2f7edc2c85df4c95dd05eccc9f31ff966b06561a18a44d18e08e7f0fda'],
  ['lsu', lsu, 1064, 'dec9321d8da72488298d64d8c1e4f3d99d0a2261122f2d57a78f63f4b30fd968'],
  ['nft', nft, 908, '7b827645033c4e29d91cafcd7c01bcfcc5684731ee5b9e8bb3385eb49725bd80'],
])('the %s plan compiles to the bytes of Weft’s own stokenet sample', async (_, steps, bytes, sha256) => {
  const toolkit = await EngineToolkit.load()
  const compiled = Buffer.from(toolkit.compileManifest(buildLiquidationManifest(steps, context), 2), 'hex')
  expect(compiled.length).toBe(bytes)
  expect(createHash('sha256').update(compiled).digest('hex')).toBe(sha256)
})

test('compensation is taken at the liquidation when nothing before it takes all XRD', () => {
  const steps = nft.filter((step) => step.kind === 'liquidate-nft' || step.kind === 'withdraw-own')
  const manifest = buildLiquidationManifest(steps, context)
  expect(manifest.indexOf('TAKE_FROM_WORKTOP')).toBeGreaterThan(manifest.indexOf('"withdraw"'))
})

test('a payment in XRD cannot swallow the compensation', () => {
  const steps = nft.flatMap((step): LiquidationStep[] =>
    step.kind === 'swap' ? [] : step.kind === 'liquidate-nft' ? [{ ...step, payments: [xrd] }] : [step],
  )
  const manifest = buildLiquidationManifest(steps, context)
  expect(manifest.indexOf('TAKE_FROM_WORKTOP')).toBeLessThan(manifest.indexOf('TAKE_ALL_FROM_WORKTOP'))
})

test('a slippage guard stands where the plan puts it and compiles', async () => {
  const guarded = fungible.toSpliced(3, 0, { kind: 'assert-at-least', resource: otherDebt, amount: amount('30.5') })
  const manifest = buildLiquidationManifest(guarded, context)
  expect(manifest.indexOf('ASSERT_WORKTOP_CONTAINS')).toBeGreaterThan(manifest.indexOf('"swap"'))
  expect((await EngineToolkit.load()).compileManifest(manifest, 2)).toMatch(/^4d/)
})

test('an exact amount can be swapped', async () => {
  const steps = fungible.map((step) => (step.kind === 'swap' ? { ...step, amount: amount('0.0000001') } : step))
  const manifest = buildLiquidationManifest(steps, context)
  expect(manifest).toContain(`TAKE_FROM_WORKTOP\n    Address("${hug}")\n    Decimal("0.0000001")`)
  expect((await EngineToolkit.load()).compileManifest(manifest, 2)).toMatch(/^4d/)
})

test('several calls hand over all of the payment, or as much as is said', async () => {
  const twice = fungible.flatMap((step): LiquidationStep[] =>
    step.kind === 'liquidate' ? [step, { ...step, amount: amount('2') }] : [step],
  )
  const manifest = buildLiquidationManifest(twice, context)
  expect(manifest.split('"liquidate"')).toHaveLength(3)
  const [first = '', second = ''] = manifest.split('"liquidate"')
  expect(first).toContain(`TAKE_ALL_FROM_WORKTOP\n    Address("${otherDebt}")`)
  expect(second).toContain(`TAKE_FROM_WORKTOP\n    Address("${otherDebt}")\n    Decimal("2")`)
  expect((await EngineToolkit.load()).compileManifest(manifest, 2)).toMatch(/^4d/)
})
