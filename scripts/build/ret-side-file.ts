import { readFile } from 'node:fs/promises'
import type { Plugin } from 'esbuild'

export const WASM_FILE = 'ret.wasm'

const DECODE = 'Buffer.from(src, "base64")'

/**
 * The Radix Engine Toolkit carries its WASM as a base64 text of 7 MB inside the module. This puts the bytes into a file of
 * their own beside the bundle, which halves the cold start, and keeps of the rest what is called. A toolkit that looks different fails
 * the build: shipping it half-changed would fail at the first signature.
 * @param keep receives the WASM when the toolkit is part of the bundle
 */
export function retSideFile(keep: (wasm: Uint8Array) => void): Plugin {
  return {
    name: 'ret-side-file',
    setup(build) {
      build.onLoad({ filter: /radix-engine-toolkit[\\/]dist[\\/].*\.m?js$/ }, async ({ path }) => {
        const { contents, wasm } = withoutWasm(await readFile(path, 'utf8'), path)
        keep(wasm)
        return { contents: `${SET_UP}\n${withOnlyRaw(contents, path)}`, loader: 'js' }
      })
    },
  }
}

/** @throws {Error} when the module does not hold exactly what is to be replaced. */
export function withoutWasm(source: string, path: string): { contents: string; wasm: Uint8Array } {
  // By index: a regular expression overflows the stack on a literal of this length.
  const start = source.indexOf('"AGFzbQ')
  const end = source.indexOf('"', start + 1)
  if (start < 0 || end < 0)
    throw new Error(`${path} holds no WASM literal; adapt scripts/build/ret-side-file.ts to it.`)
  const rest = source.slice(0, start) + READ + source.slice(end + 1)
  if (rest.split(DECODE).length !== 2)
    throw new Error(`${path} does not decode its WASM once by ${DECODE}; adapt scripts/build/ret-side-file.ts to it.`)
  return {
    contents: rest.replace(DECODE, 'src'),
    wasm: Buffer.from(source.slice(start + 1, end), 'base64'),
  }
}

/** What of the toolkit is kept: from the first text up to the second, in this order. */
const RAW_PARTS = [
  ['var __defProp = ', '/*!\n'],
  ['const wasmBindgenImports = {', 'const _RadixEngineToolkit = '],
  ['class Host {', '\nDecimal.config('],
] as const

/**
 * The toolkit's raw interface alone. Builders, converters, decimals and two curves, which nobody here calls, are four fifths of the
 * module's code; they run as it is loaded, so that no bundler can leave them out. Whoever imports more of it fails the build.
 * @throws {Error} when the module does not hold exactly these parts.
 */
export function withOnlyRaw(source: string, path: string): string {
  const parts = RAW_PARTS.map(([first, after]) => {
    const start = source.indexOf(first)
    const end = source.indexOf(after, start)
    if (start < 0 || end < 0 || source.indexOf(first, start + 1) >= 0)
      throw new Error(`${path} holds no part from ${first} to ${after}; adapt scripts/build/ret-side-file.ts to it.`)
    return source.slice(start, end)
  })
  return [...parts, 'export { rawRadixEngineToolkit };'].join('\n')
}

/**
 * These bytes are the package's own: functions are validated when they are first called, not 5 MB of them at each cold start. And they
 * are called a few times a liquidation: compiling them once more, optimised, costs a tenth of all CPU and is never earned back.
 */
const SET_UP = `import { readFileSync as readWasm } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
for (const flag of ['--wasm-lazy-validation', '--liftoff-only']) setFlagsFromString(flag);`

const READ = `readWasm(new URL('./${WASM_FILE}', import.meta.url))`
