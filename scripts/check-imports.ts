import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

/**
 * Holds the tree to its one direction: services → adapters → domain. What a folder may import from the project stands in
 * `ALLOWED`; everything else is reported with file and line. The tree itself is walked: a folder that `ALLOWED` does not
 * list is reported, so that no new package escapes the rule. What ships (`src`) never imports what only tests use (`test`).
 */
const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  'packages/domain': [],
  'packages/radix': ['@weft/domain', '@weft/domain/decimal'],
  'packages/aws': ['@weft/domain', '@weft/domain/decimal'],
  'packages/telemetry': ['@weft/domain', '@weft/domain/decimal'],
  'services/dispatcher': adapters(),
  'services/indexer': adapters(),
  'services/liquidator': adapters(),
  // The simulated market is written independently of the off-ledger rules: it shares nothing with them but the number type.
  'local/ledger': ['@weft/domain/decimal', '@weft/cloud/loopback-only'],
  'local/cloud': [],
  'local/stack': ['*'],
  'apps/cli': ['*'],
}

function adapters(): readonly string[] {
  return [
    '@weft/domain',
    '@weft/domain/decimal',
    '@weft/radix',
    '@weft/radix/transactions',
    '@weft/aws',
    '@weft/telemetry',
  ]
}

/** Specifications may also start the local ledger and the embedded cloud: that is what they are for. */
const ALLOWED_IN_TESTS: readonly string[] = ['@weft/ledger', '@weft/ledger/network-file', '@weft/cloud', ...adapters()]

const IMPORT =
  /(?:^|\n)\s*(?:import|export)\s[^'"]*?\bfrom\s*['"]([^'"]+)['"]|(?:^|\n)\s*import\s*['"]([^'"]+)['"]|import\(\s*['"]([^'"]+)['"]\s*\)/g

export interface Violation {
  readonly file: string
  readonly line: number
  readonly specifier: string
  readonly why: string
}

/** @param root folder that holds `packages/`, `services/`, `local/` and `apps/` */
export function importViolations(root: string): readonly Violation[] {
  return packageFolders(root).flatMap((folder) => {
    const allowed = ALLOWED[folder]
    if (!allowed)
      return [
        {
          file: folder,
          line: 1,
          specifier: '(any)',
          why: 'this folder has no row in ALLOWED of scripts/check-imports.ts',
        },
      ]
    return sourceFiles(join(root, folder)).flatMap((file) => violationsOf(root, folder, file, allowed))
  })
}

const GROUPS = ['packages', 'services', 'local', 'apps'] as const

function packageFolders(root: string): string[] {
  return GROUPS.flatMap((group) =>
    readdirSync(join(root, group), { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && sourceFiles(join(root, group, entry.name)).length > 0)
      .map((entry) => `${group}/${entry.name}`),
  )
}

/** `@weft/aws/test/…`: what a package's tests share with the tests of others. */
function isOfTests(specifier: string): boolean {
  return /^@weft\/[^/]+\/test\//.test(specifier)
}

function isTestFile(file: string): boolean {
  return /\.test\.ts$/.test(file) || /^[^/]+\/[^/]+\/test\//.test(file)
}

function violationsOf(root: string, folder: string, file: string, allowed: readonly string[]): Violation[] {
  const text = readFileSync(file, 'utf8')
  const isTest = isTestFile(relative(root, file))
  const declared = declaredDependencies(join(root, folder, 'package.json'))
  const found: Violation[] = []
  for (const match of text.matchAll(IMPORT)) {
    const specifier = match[1] ?? match[2] ?? match[3] ?? ''
    const report = (why: string) =>
      found.push({
        file: relative(root, file),
        line: text.slice(0, match.index).split('\n').length + 1,
        specifier,
        why,
      })
    if (specifier.startsWith('.')) {
      const target = relative(root, join(dirname(file), specifier))
      const isShippedData = /^networks\/\w+\.json$/.test(target)
      if (!isShippedData && !target.startsWith(`${folder}/`)) report('reaches out of its package by a relative path')
      if (!isTest && isTestFile(target)) report('what ships must not import what only tests use')
    } else if (specifier.startsWith('@weft/')) {
      const mayImport =
        (allowed.includes('*') && !isOfTests(specifier)) ||
        allowed.includes(specifier) ||
        (isTest && (ALLOWED_IN_TESTS.includes(specifier) || isOfTests(specifier)))
      if (!mayImport) report(`${folder} may import ${allowed.length > 0 ? allowed.join(', ') : 'no other package'}`)
    }
    const name = specifier.startsWith('@')
      ? specifier.split('/').slice(0, 2).join('/')
      : (specifier.split('/')[0] ?? '')
    const isPackage = !specifier.startsWith('.') && !specifier.startsWith('node:')
    if (isPackage && !isTest && !declared.has(name)) report(`${name} is not a dependency in ${folder}/package.json`)
  }
  return found
}

function declaredDependencies(file: string): ReadonlySet<string> {
  const { name, dependencies = {} } = JSON.parse(readFileSync(file, 'utf8')) as {
    name: string
    dependencies?: Record<string, string>
  }
  return new Set([name, ...Object.keys(dependencies)])
}

function sourceFiles(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts') && !entry.parentPath.includes('node_modules'))
    .map((entry) => join(entry.parentPath, entry.name))
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const root = dirname(dirname(fileURLToPath(import.meta.url)))
  const violations = importViolations(root)
  for (const { file, line, specifier, why } of violations) console.error(`${file}:${line} imports ${specifier}: ${why}`)
  if (violations.length > 0) process.exit(1)
}
