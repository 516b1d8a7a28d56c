import { Command } from 'commander'
import { addDeadLettersCommand } from './commands/dead-letters.ts'
import { addDoctorCommand } from './commands/doctor.ts'
import { addExecutionsCommand } from './commands/executions.ts'
import { addLiquidateCommand } from './commands/liquidate.ts'
import { addModeCommands } from './commands/mode.ts'
import { addPricesCommand } from './commands/prices.ts'
import { addQuarantineCommand } from './commands/quarantine.ts'
import { addScanCommand } from './commands/scan.ts'
import { addStartCommand } from './commands/start.ts'

/** The whole command line. Parsing it throws instead of ending the process. */
export function weftProgram(): Command {
  const program = new Command('weft')
    .description(
      'Keeps the Weft lending protocol solvent: watches every CDP and liquidates those below their threshold.',
    )
    .option('--environment <name>', 'whose records and switches: mainnet, stokenet, … (or WEFT_ENVIRONMENT)')
    .hook('preAction', (command) => {
      const { environment } = command.opts<{ environment?: string }>()
      if (environment !== undefined) process.env.WEFT_ENVIRONMENT = environment
    })
    .exitOverride()
    .configureOutput({
      outputError: (text, write) => write(text.startsWith('error: ') ? text.slice('error: '.length) : text),
    })
    .showHelpAfterError(false)
    .addHelpText(
      'after',
      '\nExit codes: 0 done; 1 the work was done and found wrong (a failed verdict); 2 bad flag, configuration, network or unreachable service.',
    )
  addStartCommand(program)
  addDoctorCommand(program)
  addScanCommand(program)
  addPricesCommand(program)
  addLiquidateCommand(program)
  addExecutionsCommand(program)
  addQuarantineCommand(program)
  addDeadLettersCommand(program)
  addModeCommands(program)
  return program
}
