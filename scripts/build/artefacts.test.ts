import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { unzipSync } from 'fflate'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { buildArtefacts } from './artefacts.ts'

const repository = fileURLToPath(new URL('../../', import.meta.url))
const run = promisify(execFile)
let folder: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'weft-build-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

/** Runs a module in a process of its own, without any of our variables. */
const node = (...args: string[]) => run(process.execPath, args, { env: {} })

describe('a tree of small entries', () => {
  const READS = 'export const handler = async () => "read"'
  const SIGNS = `
    import { rawRadixEngineToolkit } from '@radixdlt/radix-engine-toolkit'
    export const handler = async () => (await rawRadixEngineToolkit).buildInformation({}).version
  `
  const ENTRIES = {
    'services/dispatcher/src/lambda.ts': READS,
    'services/liquidator/src/lambda.ts': SIGNS,
    'services/indexer/src/main.ts': `import pino from 'pino'; pino().info('up')`,
  }

  async function build(entries: Partial<Record<keyof typeof ENTRIES, string>>, outDir = 'dist') {
    for (const [file, text] of Object.entries(entries)) {
      await mkdir(dirname(join(folder, file)), { recursive: true })
      await writeFile(join(folder, file), text)
    }
    await symlink(join(repository, 'node_modules'), join(folder, 'node_modules')).catch(() => undefined)
    return await buildArtefacts(folder, join(folder, outDir))
  }

  test('becomes two zips and an image context, the same bytes each time', async () => {
    const first = await build(ENTRIES, 'one')
    const second = await build(ENTRIES, 'two')
    expect(first.map((artefact) => artefact.file)).toEqual([
      'dispatcher.zip',
      'dispatcher/index.mjs',
      'liquidator.zip',
      'liquidator/index.mjs',
      'liquidator/ret.wasm',
      'indexer/main.mjs',
      'indexer/Dockerfile',
    ])
    expect(second).toEqual(first)
    const zip = unzipSync(await readFile(join(folder, 'one/liquidator.zip')))
    expect(Object.keys(zip)).toEqual(['index.mjs', 'ret.wasm'])
    expect(zip['index.mjs']?.length).toBeLessThan(1_000_000)
  })

  test('signs with the toolkit whose WASM lies beside the bundle', async () => {
    await build(ENTRIES)
    const script = `import(${JSON.stringify(join(folder, 'dist/liquidator/index.mjs'))}).then((m) => m.handler()).then(console.log)`
    expect((await node('-e', script)).stdout).toMatch(/^\d+\.\d+\.\d+/)
  })

  test('runs a CommonJS package inside the bundle', async () => {
    await build(ENTRIES)
    expect((await node(join(folder, 'dist/indexer/main.mjs'))).stdout).toContain('"msg":"up"')
  })

  test('names the entry that is missing, and leaves the artefacts of the last build alone', async () => {
    const before = await build(ENTRIES)
    await rm(join(folder, 'services/indexer/src/main.ts'))
    await expect(build({})).rejects.toThrow('services/indexer/src/main.ts is missing')
    expect((await readFile(join(folder, 'dist/dispatcher.zip'))).length).toBe(before[0]?.bytes)
  })

  test('refuses a reader that carries the toolkit', async () => {
    await expect(build({ ...ENTRIES, 'services/dispatcher/src/lambda.ts': SIGNS })).rejects.toThrow(
      'services/dispatcher/src/lambda.ts pulls in the Radix Engine Toolkit',
    )
  })

  test('refuses an entry that takes more of the toolkit than its raw interface', async () => {
    const more = SIGNS.replaceAll('rawRadixEngineToolkit', 'RadixEngineToolkit')
    await expect(build({ ...ENTRIES, 'services/liquidator/src/lambda.ts': more })).rejects.toThrow(
      /No matching export in ".*radix-engine-toolkit.* for import "RadixEngineToolkit"/,
    )
  })

  test('refuses a zip that has grown too large', async () => {
    const noise = randomBytes(1_200_000).toString('base64')
    const bloated = `export const handler = async () => ${JSON.stringify(noise)}`
    await expect(build({ ...ENTRIES, 'services/dispatcher/src/lambda.ts': bloated })).rejects.toThrow(
      /^dispatcher\.zip has \d+ bytes, more than the 1000000/,
    )
  })
})

// Two whole builds: seconds alone, more while other suites run.
describe('the services', { timeout: 120_000 }, () => {
  test('build to the same bytes twice, and each bundle loads as far as its configuration', async () => {
    const first = await buildArtefacts(repository, join(folder, 'one'))
    expect(await buildArtefacts(repository, join(folder, 'two'))).toEqual(first)
    for (const file of ['dispatcher/index.mjs', 'liquidator/index.mjs', 'indexer/main.mjs']) {
      const failure = await node(join(folder, 'one', file)).catch((error: { stderr: string }) => error)
      expect(failure.stderr, file).toContain('WEFT_ENVIRONMENT')
      // The mere question for it would load all of `fetch`.
      expect(/\bFormData\b/.test(await readFile(join(folder, 'one', file), 'utf8')), file).toBe(false)
    }
  })
})

test('the image runs as nobody in particular, from a base that is pinned by digest, in more than one stage', async () => {
  const dockerfile = await readFile(new URL('./indexer.Dockerfile', import.meta.url), 'utf8')
  expect(dockerfile).toMatch(/^ARG BASE_IMAGE=\S+@sha256:[0-9a-f]{64}$/m)
  expect(dockerfile.match(/^FROM /gm)?.length).toBeGreaterThan(1)
  expect(dockerfile).toMatch(/^USER 65532:65532$/m)
  expect(dockerfile).not.toContain(':latest')
})
