import { existsSync, globSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
/** The comparison of what was read once with what the evidence shows. It stands beside the project, not within it. */
const comparison = join(root, '..', 'shared', 'reference', 'weft-v2-shapes.md')

/**
 * Rows that differ and have no test of their own yet: 21 is the valuator of registered NFTs, the rest concerns what the local ledger renders
 * and does, which other tests touch without naming the row.
 */
const OPEN: readonly number[] = [21, 23, 27, 47, 63, 65, 66, 67, 70, 71, 72, 73, 74, 76, 77, 80, 88, 90, 91]

/** Rows named by the titles of tests: `fact 12: …`, `facts 37, 38: …`, or `fact %i: …` with the numbers in the table above it. */
function testedFacts(): ReadonlySet<number> {
  const found = new Set<number>()
  for (const file of globSync('{packages,services,local,apps}/*/src/**/*.test.ts', { cwd: root })) {
    const text = readFileSync(join(root, file), 'utf8')
    for (const [, numbers = ''] of text.matchAll(/\(['"`]facts? ([\d, ]+):/g))
      for (const number of numbers.split(',')) found.add(Number(number))
    for (const [, table = ''] of text.matchAll(/test\.each\(\[\n((?: {2}\[.*\n)+)\] as const\)\('fact %i:/g))
      for (const [, number] of table.matchAll(/^ {2}\[(\d+),/gm)) found.add(Number(number))
  }
  return found
}

test.skipIf(!process.env.CI && !existsSync(comparison))(
  'every row on which the market differs is tested by its number, or is listed here as open (needs ../shared)',
  () => {
    const section = /## 5\. Ours against the ledger([\s\S]*?)\n## 6/.exec(readFileSync(comparison, 'utf8'))?.[1] ?? ''
    const differing = [...section.matchAll(/^\| (\d+) \|.*\| D \|$/gm)].map(([, number]) => Number(number))
    expect(differing).toHaveLength(48)
    const tested = testedFacts()
    expect(differing.filter((row) => !tested.has(row))).toEqual(OPEN)
  },
)
