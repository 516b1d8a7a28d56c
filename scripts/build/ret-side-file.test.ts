import { expect, test } from 'vitest'
import { withCurveOnDemand, withoutWasm } from './ret-side-file.ts'

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

test('loads the curve once somebody asks for it', () => {
  const source = withCurveOnDemand('var ellipticExports = requireElliptic();', 'toolkit.mjs')
  const asked = new Function(
    `let loads = 0; const requireElliptic = () => { loads += 1; return { sign: () => 'signed' } };
    ${source}
    return [loads, ellipticExports.sign(), loads]`,
  )
  expect(asked()).toEqual([0, 'signed', 1])
})

test('a toolkit that does not load its curve once fails the build', () => {
  expect(() => withCurveOnDemand(TOOLKIT, 'toolkit.mjs')).toThrow('toolkit.mjs does not load its curve once')
})
