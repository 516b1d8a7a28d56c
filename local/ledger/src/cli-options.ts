import { readFileSync } from 'node:fs'
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander'
import type { ActorPlan } from './engine/control.ts'
import { MarketAnswerError, type MarketAnswers, parseMarketAnswers } from './engine/market/answers.ts'
import { type FaultPlan, FaultPlanError, parseFaultPlan } from './gateway/fault-plan.ts'
import { type Recording, RecordingError, readRecording } from './replay/recording.ts'

/** What the command line asks for; ledger times in ms. */
export interface CliOptions {
  readonly port: number
  readonly cdps: number
  readonly seed: number
  readonly roundMs: number
  readonly epochMs: number
  readonly commitDelay: { readonly min: number; readonly max: number }
  readonly actors?: ActorPlan
  readonly faults?: FaultPlan
  readonly market?: Partial<MarketAnswers>
  /** Served instead of a simulated market. */
  readonly replay?: Recording
}

/** The command line is wrong; the message is one line that names the place and the remedy. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

/** @returns `undefined` when only help was asked for (and printed). @throws {UsageError} */
export function parseCommandLine(args: readonly string[]): CliOptions | undefined {
  const command = new Command('npm run ledger --')
    .description('A simulated Radix ledger with a Weft market, behind the Gateway API on 127.0.0.1.')
    .option('--port <port>', 'port to listen on; 0 takes a free one', wholeNumber(0, 65_535), 4100)
    .option('--cdps <count>', 'CDPs at genesis', wholeNumber(0, 1_000_000), 1000)
    .option('--seed <seed>', 'everything random follows from it', wholeNumber(0, Number.MAX_SAFE_INTEGER), 1)
    .option('--faults <file>', 'JSON file with a fault plan (see the README)', faultFile)
    .option('--round-ms <ms>', 'length of a round', wholeNumber(10, 3_600_000), 1000)
    .option('--epoch-ms <ms>', 'length of an epoch', wholeNumber(1000, 86_400_000), 300_000)
    .addOption(
      new Option('--commit-delay <min-max>', 'ms from submission to commit')
        .argParser(delayRange)
        .default({ min: 2000, max: 6000 }, '2000-6000'),
    )
    .option(
      '--actors <chances>',
      'simulated people, e.g. borrowers=0.3,competitor=0.1 (chance per round, and per round and liquidatable CDP)',
      actorPlan,
    )
    .option(
      '--market <answers>',
      'other answers to what is not known of the live market, e.g. interest=simple,widths=i64 (see the README)',
      answers,
    )
    .addOption(
      new Option(
        '--replay <folder>',
        'serve what `weft doctor --record` kept of a real Gateway, and no market of its own',
      )
        .argParser(recording)
        .conflicts(['cdps', 'seed', 'faults', 'roundMs', 'epochMs', 'commitDelay', 'actors', 'market']),
    )
    .allowExcessArguments(false)
    .exitOverride()
    .configureOutput({ writeErr: () => undefined })
  try {
    return command.parse(args, { from: 'user' }).opts<CliOptions>()
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error
    if (error.exitCode === 0) return undefined
    const line = error.message.replace(/^error: /, '').replaceAll(/\s*\n\s*/g, ' ')
    throw new UsageError(`${line.replace(/[^.]$/, '$&.')} See --help.`)
  }
}

function wholeNumber(least: number, most: number): (text: string) => number {
  return (text) => {
    const number = /^\d+$/.test(text) ? Number(text) : Number.NaN
    if (number >= least && number <= most) return number
    throw new InvalidArgumentError(`It must be a whole number from ${least} to ${most}.`)
  }
}

function delayRange(text: string): { min: number; max: number } {
  const [, from, to] = /^(\d{1,7})-(\d{1,7})$/.exec(text) ?? []
  const range = { min: Number(from), max: Number(to) }
  if (range.min <= range.max) return range
  throw new InvalidArgumentError('It must be two ascending numbers of milliseconds, such as 2000-6000.')
}

function actorPlan(text: string): ActorPlan {
  const chances = new Map<string, number>()
  for (const part of text.split(',')) {
    const [, who, chance] = /^(borrowers|competitor)=(0(?:\.\d+)?|1(?:\.0+)?)$/.exec(part) ?? []
    if (who === undefined) throw new InvalidArgumentError('It must look like borrowers=0.3,competitor=0.1.')
    chances.set(who, Number(chance))
  }
  const borrowers = chances.get('borrowers')
  const competitor = chances.get('competitor')
  return {
    ...(borrowers === undefined ? {} : { borrowers: { probability: borrowers } }),
    ...(competitor === undefined ? {} : { competitor: { probability: competitor } }),
  }
}

function answers(text: string): Partial<MarketAnswers> {
  try {
    return parseMarketAnswers(text)
  } catch (error) {
    if (error instanceof MarketAnswerError) throw new InvalidArgumentError(error.message)
    throw error
  }
}

function recording(folder: string): Recording {
  try {
    return readRecording(folder)
  } catch (error) {
    if (error instanceof RecordingError) throw new InvalidArgumentError(error.message)
    throw error
  }
}

function faultFile(path: string): FaultPlan {
  try {
    return parseFaultPlan(JSON.parse(readFileSync(path, 'utf8')))
  } catch (error) {
    if (error instanceof FaultPlanError) throw new InvalidArgumentError(error.message)
    if (error instanceof SyntaxError) throw new InvalidArgumentError('The file is not JSON.')
    throw new InvalidArgumentError('The file cannot be read.')
  }
}
