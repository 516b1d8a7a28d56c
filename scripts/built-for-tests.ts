import { execFileSync } from 'node:child_process'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** Before the end-to-end tests: they run what is deployed. */
export function setup(): void {
  execFileSync(process.execPath, [join(dirname(fileURLToPath(import.meta.url)), 'ensure-built.mjs')], {
    stdio: 'inherit',
  })
}
