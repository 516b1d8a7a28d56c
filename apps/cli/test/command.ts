import { execFile } from 'node:child_process'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'

export interface CommandResult {
  readonly exitCode: number
  readonly stdout: string
  /** Line by line. */
  readonly stderr: readonly string[]
}

const ENTRY = fileURLToPath(new URL('../src/main.ts', import.meta.url))

/** Runs the command line as a user would, in a process of its own that sees no other variables than `environment`. */
export function weft(
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<CommandResult> {
  return new Promise((resolve, reject) => {
    const env = { PATH: process.env.PATH ?? '', ...environment }
    execFile(process.execPath, [ENTRY, ...args], { env, timeout: 60_000 }, (error, stdout, stderr) => {
      if (error && typeof error.code !== 'number') return reject(error)
      const exitCode = typeof error?.code === 'number' ? error.code : 0
      resolve({ exitCode, stdout, stderr: stderr.split('\n').filter((line) => line !== '') })
    })
  })
}

/** Runs the command line into a pipe that nobody reads from any more, as `| head` leaves it. */
export function weftUnread(args: readonly string[]): Promise<Pick<CommandResult, 'exitCode' | 'stderr'>> {
  return new Promise((resolve) => {
    const child = execFile(process.execPath, [ENTRY, ...args], { timeout: 60_000 }, (error, _stdout, stderr) =>
      resolve({
        exitCode: typeof error?.code === 'number' ? error.code : 0,
        stderr: stderr.split('\n').filter((line) => line !== ''),
      }),
    )
    child.stdout?.destroy()
  })
}

/** An address on this machine where nothing listens. */
export async function deadAddress(): Promise<string> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return `http://127.0.0.1:${port}`
}
