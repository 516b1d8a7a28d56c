import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { expect, test } from 'vitest'
import { EngineToolkit, InvalidTransactionError } from './engine-toolkit.ts'

test('the toolkit is exactly the version whose memory handling is guarded', () => {
  const entry = createRequire(import.meta.url).resolve('@radixdlt/radix-engine-toolkit')
  const { version } = JSON.parse(readFileSync(entry.replace(/dist\/.*$/, 'package.json'), 'utf8')) as {
    version: string
  }
  expect(version).toBe('1.0.6')
})

const comment = `${'# '.padEnd(20_000, 'x')}\n`

test('the toolkit’s memory does not grow with the number of calls, errors included', async () => {
  const toolkit = await EngineToolkit.load()
  const callOften = (times: number) => {
    for (let call = 0; call < times; call++) {
      toolkit.compileManifest(`${comment}DROP_ALL_PROOFS;`, 2)
      expect(() => toolkit.compileManifest(`${comment}NO_SUCH;`, 2)).toThrow(InvalidTransactionError)
    }
  }
  callOften(20)
  const before = toolkit.memoryBytes()
  // Unguarded, these calls leave 12 MB behind.
  callOften(300)
  expect(toolkit.memoryBytes() - before).toBeLessThan(1_000_000)
})

test('an error carries what the toolkit answered and not the manifest', async () => {
  const toolkit = await EngineToolkit.load()
  const failure = (() => {
    try {
      return toolkit.compileManifest(`${comment}NO_SUCH;`, 2)
    } catch (error) {
      return String(error)
    }
  })()
  expect(failure).toContain('The engine toolkit refused it: ')
  expect(failure.length).toBeLessThan(600)
})
