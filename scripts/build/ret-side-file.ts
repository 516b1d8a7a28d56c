import { readFile } from 'node:fs/promises'
import type { Plugin } from 'esbuild'

export const WASM_FILE = 'ret.wasm'

const DECODE = 'Buffer.from(src, "base64")'

/**
 * The Radix Engine Toolkit carries its WASM as a base64 text of 7 MB inside the module. This puts the bytes into a file of
 * their own beside the bundle, which halves the cold start. A toolkit that looks different fails the build: shipping it
 * half-changed would fail at the first signature.
 * @param keep receives the WASM when the toolkit is part of the bundle
 */
export function retSideFile(keep: (wasm: Uint8Array) => void): Plugin {
  return {
    name: 'ret-side-file',
    setup(build) {
      build.onLoad({ filter: /radix-engine-toolkit[\\/]dist[\\/].*\.m?js$/ }, async ({ path }) => {
        const { contents, wasm } = withoutWasm(await readFile(path, 'utf8'), path)
        keep(wasm)
        return { contents: withCurveOnDemand(contents, path), loader: 'js' }
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
    contents: `${SET_UP}\n${rest.replace(DECODE, 'src')}`,
    wasm: Buffer.from(source.slice(start + 1, end), 'base64'),
  }
}

const CURVE = 'var ellipticExports = requireElliptic();'

/**
 * The toolkit computes the tables of a curve, secp256k1, as it is loaded, which costs some 50 ms of each cold start; the operator's
 * key is on another one. This leaves them until somebody asks.
 * @throws {Error} when the module does not hold exactly what is to be replaced.
 */
export function withCurveOnDemand(source: string, path: string): string {
  const parts = source.split(CURVE)
  if (parts.length !== 2)
    throw new Error(`${path} does not load its curve once by ${CURVE}; adapt scripts/build/ret-side-file.ts to it.`)
  return parts.join('var ellipticExports = new Proxy({}, { get: (_, name) => requireElliptic()[name] });')
}

/** Functions are validated when they are first called, not 5 MB of them at each cold start: these bytes are the package's own. */
const SET_UP = `import { readFileSync as readWasm } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
setFlagsFromString('--wasm-lazy-validation');`

const READ = `readWasm(new URL('./${WASM_FILE}', import.meta.url))`
