import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'

test('loads the emulator without Node’s warning of SQLite, and lets every other warning through', async () => {
  const module = JSON.stringify(new URL('./load-fauxqs.ts', import.meta.url).href)
  const script = `
    const { loadFauxqs } = await import(${module})
    const loading = loadFauxqs()
    process.emitWarning('something else is odd')
    await loading
    process.emitWarning('and later, too')`
  const { stderr } = await promisify(execFile)(process.execPath, [
    '--experimental-strip-types',
    '--input-type=module',
    '--eval',
    script,
  ])
  expect(stderr).toContain('something else is odd')
  expect(stderr).toContain('and later, too')
  expect(stderr).not.toContain('SQLite')
})
