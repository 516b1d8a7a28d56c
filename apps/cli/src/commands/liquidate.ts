import { GetParameterCommand, ParameterNotFound } from '@aws-sdk/client-ssm'
import { ssmSecret } from '@weft/aws'
import { AccountAddress, type CdpHealth, type ConsideredAlternative, isLiquidatable } from '@weft/domain'
import type { Explanation } from '@weft/liquidator'
import { isAddressOf } from '@weft/radix'
import { visibleText } from '@weft/telemetry/visible-text'
import type { Command } from 'commander'
import { UsageError } from '../exit.ts'
import { type Operator, operatorFrom } from '../operator.ts'
import { print } from '../print.ts'
import { table } from '../table.ts'
import { parseCdpId } from './executions.ts'

// Loaded when it is needed: the engine toolkit is of no use to the other commands, and slow to start.
const liquidator = () => import('@weft/liquidator')

/** `weft liquidate CDP --dry-run`: all that the liquidator would look at and decide, without claiming, signing or submitting. */
export function addLiquidateCommand(program: Command): void {
  program
    .command('liquidate <cdp-id>')
    .description('show how one CDP stands and what the liquidator would do')
    .option('--dry-run', 'required: only the services sign')
    .option(
      '--account <address>',
      'whose wallet the plan would use; absent: that of the seed phrase, which must be readable',
    )
    .option('--json', 'as JSON')
    .action(async (text: string, flags: { dryRun?: true; account?: string; json?: true }) => {
      if (!flags.dryRun)
        throw new UsageError(
          'Add --dry-run: a liquidation is signed by the liquidator alone, where the journal and the guards are.',
        )
      const explanation = await explainFrom(operatorFrom(process.env), text, flags.account)
      print(flags.json ? `${JSON.stringify(explanation, mapsAsObjects, 2)}\n` : await describe(explanation))
    })
}

async function explainFrom(operator: Operator, text: string, address?: string): Promise<Explanation> {
  const cdpId = parseCdpId(text)
  const account = address === undefined ? undefined : parseAccount(address)
  const { explain, liquidatorConfig, wireLiquidator } = await liquidator()
  const { MemoryEventLog, MemoryMetrics } = await import('@weft/telemetry')
  const config = liquidatorConfig({
    WEFT_ENVIRONMENT: operator.environment,
    WEFT_NETWORK: operator.network,
    WEFT_RECORDS_TABLE: `weft-${operator.environment}-records`,
    WEFT_MODE_PARAMETER: operator.modeParameter,
    WEFT_SEED_PHRASE_PARAMETER: `/weft/${operator.environment}/seed-phrase`,
    // Nothing is taken from a queue or put into one here.
    WEFT_LIQUIDATION_QUEUE_URL: 'https://unused.invalid',
    WEFT_LIQUIDATION_DEAD_LETTERS_URL: 'https://unused.invalid',
    AWS_REGION: 'eu-west-1',
    ...(operator.network === 'local' ? { WEFT_NETWORK_CONFIG: await localNetworkConfig(operator) } : {}),
    ...process.env,
  })
  if (account && !isAddressOf(account, config.network.networkId))
    throw new UsageError(`${account} is an account of another network than ${config.network.name}.`)
  // Without an address the seed phrase names the account; nothing is signed with it here.
  const wallet = account ? { account } : { seedPhrase: await ssmSecret(operator.aws.ssm, config.seedPhraseParameter) }
  const deps = await wireLiquidator(config, {
    aws: operator.aws,
    clock: Date,
    log: new MemoryEventLog(),
    metrics: new MemoryMetrics(),
    wallet,
  })
  return explain(cdpId, deps)
}

function parseAccount(text: string): AccountAddress {
  const parsed = AccountAddress.safeParse(text)
  if (parsed.success) return parsed.data
  throw new UsageError(`${JSON.stringify(text)} is no account address; give --account account_….`)
}

/** The local stack publishes its ledger's address and components. @throws {UsageError} where none does. */
async function localNetworkConfig({ aws, environment }: Operator): Promise<string> {
  const name = `/weft/${environment}/network-config`
  try {
    const { Parameter } = await aws.ssm.send(new GetParameterCommand({ Name: name }))
    return Parameter?.Value ?? ''
  } catch (error) {
    if (!(error instanceof ParameterNotFound)) throw error
    throw new UsageError(`Parameter ${name} is missing; start the local stack with \`npm start\`.`)
  }
}

async function describe(explanation: Explanation): Promise<string> {
  const { cdpId, tip } = explanation
  const where = `${cdpId} at state version ${tip.stateVersion}`
  if (explanation.kind === 'burned') return `${where} does not exist (any more).\n`
  if (explanation.kind === 'unjudged') return `${where} cannot be judged: ${visibleText(explanation.why)}\n`
  const { describeOutcome } = await liquidator()
  const { health, confirmed, stops, verdict, manifest, preview, mode, freshness } = explanation
  const confirmedLtv =
    confirmed?.kind === 'confirmed'
      ? confirmed.liquidationLtv.toString()
      : `refused: ${confirmed?.error ?? 'no answer'}`
  return [
    `${where}: liquidation LTV ${health.liquidationLtv} (the ledger says ${confirmedLtv}), mode ${mode}, ledger ${freshness.kind}`,
    '',
    positions(health),
    isLiquidatable(health)
      ? 'May be liquidated.'
      : 'Healthy: nothing would be done. What follows is what would be tried above 1.',
    stops.length === 0
      ? 'No guard would stop it.'
      : `Would stop it: ${stops.map((stop) => `${stop.kind} (${describeOutcome(stop)})`).join('; ')}`,
    '',
    `Plan: ${verdict.kind}${verdict.kind === 'impossible' ? ` — ${visibleText(verdict.why)}` : ''}`,
    alternatives(verdict.alternatives),
    manifest ?? 'No manifest: there is no plan.',
    '',
    preview === undefined
      ? 'No preview.'
      : preview.kind === 'failed'
        ? `The preview fails: ${preview.error}`
        : [
            `The preview succeeds for a fee of ${preview.feeXrd} XRD and moves:`,
            table(
              ['entity', 'resource', 'amount'],
              preview.changes.map((change) => [change.entity, change.resource, change.amount.toString()]),
            ),
          ].join('\n'),
    '',
  ].join('\n')
}

function positions(health: CdpHealth): string {
  const rows = [
    ...health.loans.map((loan) => [
      'owes',
      loan.resource,
      loan.amount.toString(),
      loan.price.toString(),
      loan.value.toString(),
    ]),
    ...health.collaterals.map((each) => [
      'holds',
      each.resource,
      each.amount.toString(),
      each.price.toString(),
      each.value.toString(),
    ]),
    ...health.nfts.map((nft) => ['holds', `${nft.resource}:${nft.id}`, '1', '', nft.value.toString()]),
  ]
  return table(['', 'resource', 'amount', 'price XRD', 'value XRD'], rows)
}

function alternatives(considered: readonly ConsideredAlternative[]): string {
  return table(
    ['alternative', 'profit XRD', 'verdict', 'why'],
    considered.map((each) => [each.label, each.profitXrd?.round(6, 'ToZero').toString() ?? '', each.verdict, each.why]),
  )
}

function mapsAsObjects(_key: string, value: unknown): unknown {
  return value instanceof Map ? Object.fromEntries(value) : value
}
