import { Decimal } from '@weft/domain/decimal'
import { expect, test } from 'vitest'
import { EngineToolkit } from '../transactions/engine-toolkit.ts'
import { ManifestText } from './manifest-text.ts'
import { amount, arrayOf, bucket, entireWorktop, localId, ManifestBuildError, text } from './manifest-value.ts'

const account = 'account_tdx_2_129t4rk8hyu9ekz9jgxcveprkm40dly5f4tc426sdqz7fa7mtgkmmff'
const mainnetAccount = 'account_rdx12995u6eueux9mxxnasvsrw4rykg704epl0w67r82nuzd9u9vfn9usz'
const xrd = 'resource_tdx_2_1tknxxxxxxxxxradxrdxxxxxxxxx009923554798xxxxxxxxxtfd2jc'

test('refuses an address of another network, as target and as argument', () => {
  expect(() => new ManifestText(2).call(mainnetAccount, 'deposit_batch', entireWorktop)).toThrow(ManifestBuildError)
  expect(() => new ManifestText(1).takeAll(xrd)).toThrow('is no address of network 1')
})

test('the toolkit refuses it too, should a text be written by other means', async () => {
  const toolkit = await EngineToolkit.load()
  const manifest = new ManifestText(1).call(mainnetAccount, 'deposit_batch', entireWorktop).build()
  expect(() => toolkit.compileManifest(manifest, 2)).toThrow('The engine toolkit refused it')
  expect(toolkit.compileManifest(manifest, 1)).toMatch(/^4d/)
})

test('refuses text that would leave its quotation', () => {
  expect(() => new ManifestText(2).takeAll(`${xrd}")\n;`)).toThrow(ManifestBuildError)
  expect(() => localId('#1#")')).toThrow()
})

test('escapes text', async () => {
  const name = 'a "quoted" \\ name\nwith é and 🦀'
  const manifest = new ManifestText(2).call(account, 'method', text(name)).build()
  const [instruction] = (await EngineToolkit.load()).parseManifest(manifest, 2)
  expect(instruction).toMatchObject({
    value: { args: { value: { fields: [{ kind: 'String', value: { value: name } }] } } },
  })
})

test('every bucket is handed over exactly once', () => {
  const manifest = new ManifestText(2)
  const taken = manifest.takeAll(xrd)
  expect(() => manifest.build()).toThrow('Not handed over: bucket1')
  manifest.call(account, 'deposit', bucket(taken))
  expect(() => manifest.call(account, 'deposit', bucket(taken))).toThrow('bucket1 is not open')
  expect(manifest.build()).toContain('Bucket("bucket1")')
})

test('one bucket cannot stand twice in one call, nor come from another manifest', () => {
  const manifest = new ManifestText(2)
  const taken = manifest.takeAll(xrd)
  const foreign = new ManifestText(2).takeAll(xrd)
  expect(() => manifest.call(account, 'deposit', bucket(foreign))).toThrow('bucket1 is not open')
  expect(() => manifest.call(account, 'deposit_batch', arrayOf('Bucket', [bucket(taken), bucket(taken)]))).toThrow(
    'is not open',
  )
})

test('amounts are never negative and never in exponent form', () => {
  expect(() => amount(Decimal.parse('-1'))).toThrow('negative')
  expect(amount(Decimal.parse('1.18186e-7')).render('')).toBe('Decimal("0.000000118186")')
})
