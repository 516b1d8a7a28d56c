import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { printClaims, quantile } from './claim.ts'
import { costOfCalls } from './ledger-calls.ts'

/**
 * A ledger of 100 000 CDPs in a process of its own: time to readiness, memory, and pages of 100 CDPs while it is idle. A small one in
 * this process: what previews and submissions cost.
 */
const CDPS = 100_000
const PAGES = 200
const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..')

const startedAt = performance.now()
const child = spawn(
  process.execPath,
  [
    '--disable-warning=ExperimentalWarning',
    join(root, 'local/ledger/src/main.ts'),
    '--port',
    '0',
    '--cdps',
    String(CDPS),
    '--seed',
    '1',
  ],
  { stdio: ['ignore', 'pipe', 'inherit'] },
)
try {
  const { url, cdpResource } = await firstOutput()
  const readySeconds = (performance.now() - startedAt) / 1_000
  await pages(url, cdpResource, 20)
  const milliseconds = await pages(url, cdpResource, PAGES)
  const { previewMs, previewAgainMs, submitMs } = await costOfCalls()
  printClaims(
    'ledger',
    [
      { what: `ledger of ${CDPS} CDPs ready`, measured: readySeconds, limit: 20, unit: 's' },
      { what: 'its resident memory', measured: residentMiB(child.pid ?? 0), limit: 1_536, unit: 'MiB' },
      { what: 'non-fungible/data of 100 ids, p95', measured: quantile(milliseconds, 0.95), limit: 25, unit: 'ms' },
      { what: 'CPU of a liquidation previewed, new text', measured: previewMs, limit: 2, unit: 'ms' },
      { what: 'CPU of a liquidation submitted and committed', measured: submitMs, limit: 5, unit: 'ms' },
    ],
    { pages: PAGES, medianMs: quantile(milliseconds, 0.5), cpuOfKnownPreviewMs: previewAgainMs },
  )
} finally {
  child.kill('SIGTERM')
}

async function firstOutput(): Promise<{ url: string; cdpResource: string }> {
  let text = ''
  for await (const chunk of child.stdout) {
    text += String(chunk)
    if (text.trimEnd().endsWith('}')) return JSON.parse(text) as { url: string; cdpResource: string }
  }
  throw new Error('The ledger ended before it was ready.')
}

async function pages(url: string, cdpResource: string, count: number): Promise<readonly number[]> {
  const milliseconds: number[] = []
  for (let page = 0; page < count; page += 1) {
    const first = 1 + ((page * 7_919) % (CDPS - 100))
    const ids = Array.from({ length: 100 }, (_, index) => `#${first + index}#`)
    const at = performance.now()
    const response = await fetch(`${url}/state/non-fungible/data`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ resource_address: cdpResource, non_fungible_ids: ids }),
    })
    const body = (await response.json()) as { non_fungible_ids?: readonly unknown[] }
    if (!response.ok || (body.non_fungible_ids?.length ?? 0) === 0)
      throw new Error(`Page ${page}: HTTP ${response.status}`)
    milliseconds.push(performance.now() - at)
  }
  return milliseconds
}

/** From the kernel; the peak, not the moment. */
function residentMiB(pid: number): number {
  const peak = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))
  return Number(peak?.[1] ?? Number.NaN) / 1_024
}
