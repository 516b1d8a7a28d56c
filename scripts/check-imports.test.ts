import { cpSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { importViolations } from './check-imports.ts'

const root = dirname(dirname(fileURLToPath(import.meta.url)))

function copyOfTree(): string {
  const copy = mkdtempSync(join(tmpdir(), 'imports-'))
  for (const folder of ['packages', 'services', 'local', 'apps'])
    cpSync(join(root, folder), join(copy, folder), {
      recursive: true,
      filter: (path) => !path.includes('node_modules') && !path.includes('dist'),
    })
  return copy
}

test('every import of the project points one way', () => {
  expect(importViolations(root)).toEqual([])
})

test('names the file that makes the domain depend on an adapter', () => {
  const copy = copyOfTree()
  writeFileSync(join(copy, 'packages/domain/src/astray.ts'), "import { x } from '@weft/radix'\nexport const y = x\n")
  expect(importViolations(copy)).toContainEqual(
    expect.objectContaining({ file: 'packages/domain/src/astray.ts', specifier: '@weft/radix' }),
  )
})

test('names the file that makes the simulated market share the rules it is meant to check', () => {
  const copy = copyOfTree()
  writeFileSync(join(copy, 'local/ledger/src/astray.ts'), "import { judgeHealth } from '@weft/domain'\njudgeHealth\n")
  expect(importViolations(copy)).toContainEqual(
    expect.objectContaining({ file: 'local/ledger/src/astray.ts', specifier: '@weft/domain' }),
  )
})

test('names an import that package.json does not declare', () => {
  const copy = copyOfTree()
  writeFileSync(join(copy, 'packages/domain/src/astray.ts'), "import pino from 'pino'\nexport const log = pino()\n")
  expect(importViolations(copy)).toContainEqual(expect.objectContaining({ specifier: 'pino' }))
})

test('names a folder that no rule covers', () => {
  const copy = copyOfTree()
  mkdirSync(join(copy, 'packages/newcomer/src'), { recursive: true })
  writeFileSync(join(copy, 'packages/newcomer/src/index.ts'), 'export const x = 1\n')
  expect(importViolations(copy)).toEqual([
    expect.objectContaining({ file: 'packages/newcomer', why: expect.stringContaining('no row in ALLOWED') }),
  ])
})

test('names what ships and imports what the tests of another package use', () => {
  const copy = copyOfTree()
  writeFileSync(join(copy, 'apps/cli/src/astray.ts'), "import * as x from '@weft/aws/test/cloud'\nexport const y = x\n")
  expect(importViolations(copy)).toEqual([expect.objectContaining({ specifier: '@weft/aws/test/cloud' })])
})

test.each(['../test/specimens.ts', './decimal.test.ts'])(
  'names what ships and imports %s, which only tests use',
  (specifier) => {
    const copy = copyOfTree()
    writeFileSync(
      join(copy, 'packages/domain/src/astray.ts'),
      `import * as x from '${specifier}'\nexport const y = x\n`,
    )
    expect(importViolations(copy)).toEqual([
      expect.objectContaining({ specifier, why: expect.stringContaining('must not import') }),
    ])
  },
)
