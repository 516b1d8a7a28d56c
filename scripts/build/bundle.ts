import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { build } from 'esbuild'
import { builtinsByRequire } from './builtins-by-require.ts'
import { retSideFile, WASM_FILE } from './ret-side-file.ts'

export interface BundleOptions {
  /** Folder that the entry and all names in the output are relative to. */
  readonly root: string
  /** Entry file, relative to `root`. */
  readonly entry: string
  /** Name of the bundle, e.g. `index.mjs`. */
  readonly outFile: string
  /** Whether it signs transactions. A bundle that only reads must not carry 5 MB of toolkit. */
  readonly mayHoldToolkit: boolean
}

/** An entry cannot be built; the message says which and what to do. */
export class BuildError extends Error {
  override readonly name = 'BuildError'
}

/** One ES module with everything in it, the toolkit's WASM beside it. @returns file name → contents. */
export async function bundle(options: BundleOptions): Promise<ReadonlyMap<string, Uint8Array>> {
  const { root, entry, outFile, mayHoldToolkit } = options
  if (!existsSync(join(root, entry)))
    throw new BuildError(`${entry} is missing; ${outFile} cannot be built without it.`)
  let wasm: Uint8Array | undefined
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: [entry],
    outfile: outFile,
    write: false,
    bundle: true,
    platform: 'node',
    target: 'node22',
    format: 'esm',
    // The SDK's ES modules leave out what is not used; its CommonJS ones cannot.
    mainFields: ['module', 'main'],
    // Names stay: a stack trace in a log is read by people.
    minifySyntax: true,
    minifyWhitespace: true,
    // Node prints the whole line of what was thrown: without a limit a wrong variable fills the log with a megabyte.
    lineLimit: 300,
    legalComments: 'none',
    // The Gateway's SDK asks of each body whether it is a form; the mere question loads all of Node's `fetch`.
    define: { FormData: 'undefined' },
    // CommonJS packages inside an ES module still ask for `require` and their own place.
    banner: {
      js: [
        "import { createRequire as __createRequire } from 'node:module';",
        "import { fileURLToPath as __fileURLToPath } from 'node:url';",
        'const require = __createRequire(import.meta.url);',
        'const __filename = __fileURLToPath(import.meta.url);',
        "const __dirname = __fileURLToPath(new URL('.', import.meta.url));",
      ].join(''),
    },
    plugins: [
      builtinsByRequire,
      retSideFile((bytes) => {
        wasm = bytes
      }),
    ],
    logLevel: 'error',
  })
  if (wasm !== undefined && !mayHoldToolkit)
    throw new BuildError(`${entry} pulls in the Radix Engine Toolkit; import '@weft/radix' and not its transactions.`)
  const files = new Map<string, Uint8Array>()
  for (const { contents } of outputFiles) files.set(outFile, contents)
  if (wasm !== undefined) files.set(WASM_FILE, wasm)
  return files
}
