import { parseCommandLine, UsageError } from './cli-options.ts'
import { createLedger, startLedgerServer } from './index.ts'
import type { Recording } from './replay/recording.ts'
import { startReplayServer } from './replay/replay-server.ts'

/** Wrong use, as most command-line tools report it. */
const EXIT_USAGE = 2

try {
  const options = parseCommandLine(process.argv.slice(2))
  if (options?.replay) await serveRecording(options.replay, options.port)
  else if (options !== undefined) await serve(options)
} catch (error) {
  if (error instanceof UsageError || isListenError(error)) {
    const remedy = isListenError(error) ? '; choose another --port, or 0 for any that is free.' : ''
    process.stderr.write(`ledger: ${error.message}${remedy}\n`)
    process.exitCode = EXIT_USAGE
  } else throw error
}

async function serve(options: NonNullable<ReturnType<typeof parseCommandLine>>): Promise<void> {
  const { port, faults, actors, cdps, seed, roundMs, epochMs, commitDelay, market } = options
  const clock = { now: Date.now }
  const ledger = await createLedger({
    cdps,
    seed,
    clock,
    roundMs,
    epochMs,
    commitDelayMs: commitDelay,
    ...(market && { market }),
  })
  let server: Awaited<ReturnType<typeof startLedgerServer>>
  try {
    server = await startLedgerServer(ledger, { port, ...(faults === undefined ? {} : { faults }) })
  } catch (error) {
    ledger.close()
    throw error
  }
  ledger.control.startActors(actors)
  process.stdout.write(
    `${JSON.stringify({ url: server.url, network: ledger.networkName, ...ledger.addresses }, null, 2)}\n`,
  )
  process.stderr.write(`ledger: ${cdps} CDPs at ${server.url}, Ctrl-C to stop\n`)

  const stop = async () => {
    await server.close()
    ledger.close()
  }
  process.once('SIGINT', stop)
  process.once('SIGTERM', stop)
}

async function serveRecording(recording: Recording, port: number): Promise<void> {
  const server = await startReplayServer(recording, port)
  const recordedAt = new Date(recording.recordedAtMs).toISOString()
  process.stdout.write(`${JSON.stringify({ url: server.url, recordedAt }, null, 2)}\n`)
  process.stderr.write(`ledger: ${recording.exchanges.length} recorded answers at ${server.url}, Ctrl-C to stop\n`)
  process.once('SIGINT', () => server.close())
  process.once('SIGTERM', () => server.close())
}

function isListenError(error: unknown): error is Error {
  return error instanceof Error && 'syscall' in error && error.syscall === 'listen'
}
