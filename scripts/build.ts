import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { buildArtefacts } from './build/artefacts.ts'
import { BuildError } from './build/bundle.ts'

/** `npm run build`: everything that is deployed, into `dist/`. Exit code 1 and one line on stderr when it cannot be built. */
if (process.argv.length > 2) {
  console.error(`npm run build takes no arguments, not ${process.argv.slice(2).join(' ')}.`)
  process.exit(2)
}
const root = dirname(dirname(fileURLToPath(import.meta.url)))
try {
  for (const { file, bytes, sha256 } of await buildArtefacts(root, join(root, 'dist')))
    console.log(`dist/${file.padEnd(24)} ${(bytes / 1_000).toFixed(0).padStart(6)} kB  sha256 ${sha256}`)
} catch (error) {
  if (!(error instanceof BuildError)) throw error
  console.error(error.message)
  process.exitCode = 1
}
