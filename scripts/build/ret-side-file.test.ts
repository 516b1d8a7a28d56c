import { expect, test } from 'vitest'
import { withOnlyRaw, withoutWasm } from './ret-side-file.ts'

const wasm = Buffer.from([0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00, 0xff, 0xfe])
const TOOLKIT = `function load(src) { const buf = Buffer.from(src, "base64"); return buf }
export const bytes = () => load("${wasm.toString('base64')}");
`

test('takes the WASM out of the module and reads it from a file beside it instead', () => {
  const taken = withoutWasm(TOOLKIT, 'toolkit.mjs')
  expect(Buffer.compare(taken.wasm, wasm)).toBe(0)
  expect(taken.contents).not.toContain('AGFzbQ')
  expect(taken.contents).not.toContain('base64')
  expect(taken.contents).toContain(`load(readWasm(new URL('./ret.wasm', import.meta.url)))`)
})

test('a toolkit without the WASM literal fails the build', () => {
  expect(() => withoutWasm(TOOLKIT.replace('"AGFzbQ', '"XXXX'), 'toolkit.mjs')).toThrow(
    'toolkit.mjs holds no WASM literal',
  )
})

test.each([
  ['does not decode it', TOOLKIT.replace('"base64"', "'base64'")],
  ['decodes something else as well', `${TOOLKIT}Buffer.from(src, "base64")`],
])('a toolkit that %s fails the build', (_how, source) => {
  expect(() => withoutWasm(source, 'toolkit.mjs')).toThrow('does not decode its WASM once')
})

const WHOLE = `var __defProp = Object.defineProperty;
const helper = () => 'raw';
/*!
 * decimals */
tables = computed();
const wasmBindgenImports = { of: helper };
const _RadixEngineToolkit = class {};
class Host {}
const rawRadixEngineToolkit = [new Host(), wasmBindgenImports.of()];
Decimal.config({ precision: 64 });
export { rawRadixEngineToolkit, tables };
`

test('keeps the raw interface and runs nothing else', async () => {
  const module = await import(`data:text/javascript,${encodeURIComponent(withOnlyRaw(WHOLE, 'toolkit.mjs'))}`)
  expect(Object.keys(module)).toEqual(['rawRadixEngineToolkit'])
  expect(module.rawRadixEngineToolkit[1]).toBe('raw')
})

test.each([
  ['lacks a part', WHOLE.replace('class Host', 'class Guest'), 'class Host {'],
  ['does not end one', WHOLE.replace('Decimal.config', 'Big.config'), 'class Host {'],
  ['holds a part twice', WHOLE.repeat(2), 'var __defProp = '],
])('a toolkit that %s fails the build', (_how, source, part) => {
  expect(() => withOnlyRaw(source, 'toolkit.mjs')).toThrow(`toolkit.mjs holds no part from ${part}`)
})
