import { createHash } from 'node:crypto'
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { BuildError, bundle } from './bundle.ts'
import { reproducibleZip } from './zip.ts'

interface LambdaArtefact {
  readonly name: string
  readonly entry: string
  readonly mayHoldToolkit: boolean
  /** A larger zip starts more slowly and means that something slipped in. */
  readonly maxZipBytes: number
}

const LAMBDAS: readonly LambdaArtefact[] = [
  {
    name: 'dispatcher',
    entry: 'services/dispatcher/src/lambda.ts',
    mayHoldToolkit: false,
    maxZipBytes: 1_000_000,
  },
  {
    name: 'liquidator',
    entry: 'services/liquidator/src/lambda.ts',
    mayHoldToolkit: true,
    maxZipBytes: 3_000_000,
  },
]

const INDEXER_ENTRY = 'services/indexer/src/main.ts'

export interface Artefact {
  /** Path below the output folder, e.g. `liquidator.zip`. */
  readonly file: string
  readonly bytes: number
  readonly sha256: string
}

/**
 * Writes `<name>.zip` and `<name>/`, its unpacked contents, for each Lambda, and `indexer/`, the context of the image.
 * The same tree gives the same bytes.
 * @param root folder that holds `services/`
 * @param outDir is replaced as a whole, once everything has been built
 * @throws {BuildError} naming a missing entry or an artefact that is too large; `outDir` is then as it was.
 */
export async function buildArtefacts(root: string, outDir: string): Promise<readonly Artefact[]> {
  const built = new Map<string, Uint8Array>()
  for (const lambda of LAMBDAS) for (const [file, bytes] of await buildLambda(root, lambda)) built.set(file, bytes)
  for (const [file, bytes] of await buildIndexer(root)) built.set(file, bytes)
  await rm(outDir, { recursive: true, force: true })
  return await Promise.all([...built].map(([file, bytes]) => store(outDir, file, bytes)))
}

async function buildLambda(root: string, lambda: LambdaArtefact): Promise<ReadonlyMap<string, Uint8Array>> {
  const { name, entry, mayHoldToolkit, maxZipBytes } = lambda
  const files = await bundle({ root, entry, outFile: 'index.mjs', mayHoldToolkit })
  const zip = reproducibleZip(files)
  if (zip.length > maxZipBytes)
    throw new BuildError(`${name}.zip has ${zip.length} bytes, more than the ${maxZipBytes} it may have.`)
  return new Map([[`${name}.zip`, zip], ...[...files].map(([file, bytes]) => [`${name}/${file}`, bytes] as const)])
}

async function buildIndexer(root: string): Promise<ReadonlyMap<string, Uint8Array>> {
  const files = await bundle({ root, entry: INDEXER_ENTRY, outFile: 'main.mjs', mayHoldToolkit: false })
  const dockerfile = await readFile(fileURLToPath(new URL('./indexer.Dockerfile', import.meta.url)))
  return new Map([
    ...[...files].map(([file, bytes]) => [`indexer/${file}`, bytes] as const),
    ['indexer/Dockerfile', dockerfile],
  ])
}

async function store(outDir: string, file: string, bytes: Uint8Array): Promise<Artefact> {
  const path = join(outDir, file)
  await mkdir(dirname(path), { recursive: true })
  await writeFile(path, bytes)
  return { file, bytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') }
}
