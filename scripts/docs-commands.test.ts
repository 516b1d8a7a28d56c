import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'

const root = join(import.meta.dirname, '..')

/** Lines that npm would spoil: without `-s` it prints two lines of its own before the JSON. */
function spoiltJson(text: string): string[] {
  return text.split('\n').filter((line) => /npm run (?!-s ).*--json/.test(line))
}

test('every page that shows JSON from npm run keeps npm silent', () => {
  const pages = execFileSync('git', ['ls-files', '*.md'], { cwd: root, encoding: 'utf8' }).trim().split('\n')
  expect(
    pages.flatMap((page) => spoiltJson(readFileSync(join(root, page), 'utf8')).map((l) => `${page}: ${l}`)),
  ).toEqual([])
  expect(spoiltJson('npm run weft -- scan --json')).toHaveLength(1)
})
