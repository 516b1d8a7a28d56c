import { readdirSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { buildArtefacts } from './build/artefacts.ts'
import { BuildError } from './build/bundle.ts'

/** `npm run build`: everything that is deployed, into `dist/`. Exit code 1 and one line on stderr when it cannot be built. */
if (process.argv.length > 2) {
  console.error(`npm run build takes no arguments, not ${process.argv.slice(2).join(' ')}.`)
  process.exit(2)
}
const root = dirname(dirname(fileURLToPath(import.meta.url)))
// Looked at before the build: a file that changes meanwhile makes it stale.
const inputs = inputsOfBuild()
try {
  for (const { file, bytes, sha256 } of await buildArtefacts(root, join(root, 'dist')))
    console.log(`dist/${file.padEnd(24)} ${(bytes / 1_000).toFixed(0).padStart(6)} kB  sha256 ${sha256}`)
  writeFileSync(join(root, 'dist', 'inputs.json'), JSON.stringify(inputs))
} catch (error) {
  if (!(error instanceof BuildError)) throw error
  console.error(error.message)
  process.exitCode = 1
}

/** What may go into an artefact, with the time of its last change; `scripts/ensure-built.mjs` compares. */
function inputsOfBuild(): Readonly<Record<string, number>> {
  const files = ['packages', 'services', 'networks', 'scripts/build'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && !entry.parentPath.includes('node_modules'))
      .map((entry) => join(entry.parentPath, entry.name)),
  )
  return Object.fromEntries(
    [...files, join(root, 'package-lock.json')]
      .filter((file) => !/\.test\.ts$|\.md$/.test(file))
      .map((file) => [relative(root, file), statSync(file).mtimeMs]),
  )
}
