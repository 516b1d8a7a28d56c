import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'

const Estimate = z.object({
  workload: z.object({ positions: z.number(), cadenceSeconds: z.number() }),
  total: z.object({ idle: z.string(), stress: z.string() }),
})

function cost(...args: readonly string[]): {
  readonly code: number | null
  readonly out: string
  readonly err: string
} {
  const script = fileURLToPath(new URL('cost.ts', import.meta.url))
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, ...args], { encoding: 'utf8' })
  return { code: status, out: stdout, err: stderr }
}

describe('npm run cost', () => {
  test('prices the checked-in mainnet at its own schedule when nothing is asked for', () => {
    const { code, out } = cost('--json')
    expect(code).toBe(0)
    expect(Estimate.parse(JSON.parse(out)).workload).toEqual({ positions: 100_000, cadenceSeconds: 300 })
  })

  const documented = [
    ...readFileSync(new URL('../docs/cost.md', import.meta.url), 'utf8').matchAll(
      /^\| ([\d ]+) \| (\d+) min \| ([\d.]+) \| ([\d.]+) \|/gm,
    ),
  ].map(([, positions = '', minutes, idle, stress]) => [positions.replace(' ', ''), minutes, idle, stress] as const)

  test('the documentation has a table', () => expect(documented).toHaveLength(4))

  test.each(documented)(
    '%s positions every %s min cost what the documentation says',
    (positions, minutes, idle, stress) => {
      const { out } = cost('--positions', positions, '--cadence', `${minutes}m`)
      expect(/^total +(\S+) +(\S+)$/m.exec(out)?.slice(1)).toEqual([idle, stress])
    },
  )

  test('prices a given plan, amounts as exact text', () => {
    const file = join(mkdtempSync(join(tmpdir(), 'cost-')), 'plan.json')
    const after = { name: 'weft-rehearsal-dispatcher-schedule', schedule_expression: 'rate(10 minutes)' }
    const schedule = {
      address: 'a',
      mode: 'managed',
      type: 'aws_scheduler_schedule',
      change: { actions: ['create'], after },
    }
    writeFileSync(file, JSON.stringify({ format_version: '1.2', resource_changes: [schedule] }))
    expect(Estimate.parse(JSON.parse(cost('--plan', file, '--json').out))).toEqual({
      workload: { positions: 100_000, cadenceSeconds: 600 },
      total: { idle: '0.00438', stress: '0.00438' },
    })
  })

  test.each([
    [['--cadence', '1d'], 'expected a time such as 30s, 5m or 1h'],
    [['--positions', '-4'], 'positions'],
    [['--positions', '1e5'], 'expected a whole number of positions'],
    [['--region', 'mars-1'], 'prices.json has no prices for mars-1'],
    [['--environment', 'moonnet'], 'not moonnet; give a plan by --plan'],
    [['--colour'], "Unknown option '--colour'"],
  ])('refuses %s in one sentence and without a stack', (args, sentence) => {
    const { code, err } = cost(...args)
    expect(code).toBe(2)
    expect(err).toContain(sentence)
    expect(err).not.toMatch(/^\s+at /m)
  })
})
