import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { expect, test } from 'vitest'

/** Input files of the bundle that a service importing `entry` gets. */
async function bundled(entry: string): Promise<readonly string[]> {
  const { metafile } = await build({
    entryPoints: [fileURLToPath(new URL(entry, import.meta.url))],
    bundle: true,
    platform: 'node',
    format: 'esm',
    write: false,
    metafile: true,
    logLevel: 'silent',
  })
  return Object.keys(metafile.inputs)
}

test('who only reads the ledger does not carry the engine toolkit and its 5 MB of WASM', async () => {
  const inputs = await bundled('./index.ts')
  expect(inputs.filter((file) => file.includes('radix-engine-toolkit') || file.includes('bip39'))).toEqual([])
  // Shipped configurations travel inside the bundle: no file is read at run time.
  expect(inputs.some((file) => file.endsWith('networks/mainnet.json'))).toBe(true)
})

test('who signs does', async () => {
  const inputs = await bundled('./transactions/index.ts')
  expect(inputs.some((file) => file.includes('radix-engine-toolkit'))).toBe(true)
})
