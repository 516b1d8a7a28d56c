#!/usr/bin/env node
import { CommanderError } from 'commander'
import { EXIT_USAGE, exitCodeOf, oneLine } from './exit.ts'
import { weftProgram } from './program.ts'

// `weft scan | head` closes the pipe when it has seen enough: nobody reads on, and that is no fault.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error
  process.exit(0)
})

try {
  await weftProgram().parseAsync()
} catch (error) {
  // Commander has printed its own line by now; help and version are no errors.
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : EXIT_USAGE
  else {
    process.stderr.write(`${oneLine(error)}\n`)
    process.exitCode = exitCodeOf(error)
  }
}
