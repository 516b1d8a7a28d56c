import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { stripTypeScriptTypes } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { CandidateMessage } from '@weft/domain'
import * as z from 'zod'

const here = dirname(fileURLToPath(import.meta.url))

/** Of one candidate in a process of its own or after others. */
export interface Figure {
  readonly failed: number
  readonly cpuMs: number
  /** From the start of the process until the bundle was ready for its first invocation. */
  readonly startedAfterMs: number
}

/** Starts the built liquidator in a process of its own, and gives it one candidate after the other. */
export async function liquidateElsewhere(
  candidates: readonly CandidateMessage[],
  environment: Readonly<Record<string, string>>,
): Promise<readonly Figure[]> {
  // As plain JavaScript: stripping types is no part of what a liquidation costs.
  const worker = stripTypeScriptTypes(readFileSync(join(here, 'liquidation-worker.ts'), 'utf8'))
  const bundle = join(here, '..', '..', 'dist', 'liquidator', 'index.mjs')
  const child = spawn(process.execPath, ['--input-type=module', '--eval', worker, bundle], {
    env: { ...process.env, ...environment },
    stdio: ['pipe', 'ignore', 'pipe'],
  })
  child.stdin.end(JSON.stringify(candidates.map((each) => JSON.stringify(z.encode(CandidateMessage, each)))))
  let text = ''
  for await (const chunk of child.stderr) text += String(chunk)
  const lines = text.trim().split('\n')
  if (!lines.every((line) => line.startsWith('{'))) throw new Error(`The built liquidator failed: ${text}`)
  return lines.map((line) => JSON.parse(line) as Figure)
}
