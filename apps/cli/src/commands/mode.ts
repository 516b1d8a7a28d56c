import { GetParameterCommand, ParameterNotFound, PutParameterCommand, type SSMClient } from '@aws-sdk/client-ssm'
import type { Command } from 'commander'
import { UsageError } from '../exit.ts'
import { operatorFrom } from '../operator.ts'
import { print } from '../print.ts'

const WHAT_TO_CHECK = 'check --environment, WEFT_ENVIRONMENT and WEFT_MODE_PARAMETER.'

/** `weft pause | resume | dry-run | mode`: the kill switch. Services read it again at most ten seconds later. */
export function addModeCommands(program: Command): void {
  const set = (name: string, mode: string, description: string) =>
    program
      .command(name)
      .description(description)
      .action(async () => {
        const { aws, modeParameter, environment } = operatorFrom(process.env)
        // A switch made up by a misspelt name would be written, and nothing would stop.
        if ((await storedMode(aws.ssm, modeParameter)) === undefined)
          throw new UsageError(`Nothing was set to ${mode}: there is no ${modeParameter}; ${WHAT_TO_CHECK}`)
        await aws.ssm.send(
          new PutParameterCommand({ Name: modeParameter, Value: mode, Type: 'String', Overwrite: true }),
        )
        print(`${environment} is ${mode} within thirty seconds (${modeParameter}).\n`)
      })
  set('pause', 'paused', 'stop liquidating; scanning goes on')
  set('resume', 'live', 'liquidate again')
  set('dry-run', 'dry-run', 'do everything but sign')
  program
    .command('mode')
    .description('print the mode in force')
    .action(async () => {
      const { aws, modeParameter, environment, network } = operatorFrom(process.env)
      const mode = await storedMode(aws.ssm, modeParameter)
      if (mode === undefined) throw new UsageError(`There is no ${modeParameter}; ${WHAT_TO_CHECK}`)
      print(`${environment} (network ${network}) is ${mode}.\n`)
    })
}

async function storedMode(ssm: SSMClient, parameter: string): Promise<string | undefined> {
  try {
    return (await ssm.send(new GetParameterCommand({ Name: parameter }))).Parameter?.Value?.trim()
  } catch (error) {
    if (error instanceof ParameterNotFound) return undefined
    throw error
  }
}
