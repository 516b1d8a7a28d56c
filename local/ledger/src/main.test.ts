import { spawn } from 'node:child_process'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { expect, test } from 'vitest'

const MAIN = join(import.meta.dirname, 'main.ts')

function run(args: readonly string[]) {
  const child = spawn(process.execPath, [MAIN, ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
  let stdout = ''
  let stderr = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text
  })
  const exit = new Promise<{ code: number | null; stdout: string; stderr: string }>((resolve) => {
    child.on('close', (code) => resolve({ code, stdout, stderr }))
  })
  return { child, exit, stdout: () => stdout }
}

test('serves a ledger, prints where and what, and stops on SIGTERM', async () => {
  const ledger = run(['--port', '0', '--cdps', '5', '--seed', '3'])
  while (!ledger.stdout().endsWith('}\n')) await new Promise((resolve) => ledger.child.stdout.once('data', resolve))
  const printed = JSON.parse(ledger.stdout())
  expect(printed).toMatchObject({ network: 'localnet', market: expect.stringMatching(/^component_loc1/) })
  const state = await (await fetch(`${printed.url}/local/v1/state`)).json()
  expect(state).toMatchObject({ cdps: 5 })
  ledger.child.kill('SIGTERM')
  expect((await ledger.exit).code).toBe(0)
})

test('says in one line what is wrong with the command line and exits with 2', async () => {
  const { code, stdout, stderr } = await run(['--cdps', 'many']).exit
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
  expect(stderr).toMatch(/^ledger: [^\n]*--cdps[^\n]*\n$/)
})

test('says in one line that the port is taken and exits with 2', async () => {
  const occupant = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => occupant.once('listening', resolve))
  const address = occupant.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  const { code, stderr } = await run(['--port', String(port), '--cdps', '1']).exit
  occupant.close()
  expect(code).toBe(2)
  expect(stderr).toMatch(/^ledger: [^\n]*EADDRINUSE[^\n]*\n$/)
})
