/**
 * Runs before every command, on any Node.js from 20 and with no dependency: installs what the lock file names when that has not
 * been done yet, so that a fresh clone needs `npm start` or `npm test` and nothing before it.
 */
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const stamp = join(root, 'node_modules', '.installed-lockfile')
const lockfile = createHash('sha256')
  .update(readFileSync(join(root, 'package-lock.json')))
  .digest('hex')

if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== lockfile) {
  process.stderr.write('Installing dependencies (npm ci, about half a minute) …\n')
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm'
  const install = spawnSync(npm, ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'pipe'],
    encoding: 'utf8',
    shell: process.platform === 'win32',
  })
  if (install.status !== 0) {
    process.stderr.write(
      `${install.stderr ?? ''}\nnpm ci failed; check the network and the message above, then repeat the command.\n`,
    )
    process.exit(2)
  }
  writeFileSync(stamp, lockfile)
}
