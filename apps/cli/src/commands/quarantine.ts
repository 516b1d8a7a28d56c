import { GetQueueUrlCommand } from '@aws-sdk/client-sqs'
import { SqsCandidateQueue } from '@weft/aws'
import {
  Decimal,
  DecimalParseError,
  DecimalRangeError,
  describeDistrust,
  isTrusted,
  type PriceTrustState,
  type QuarantineEntry,
  ResourceAddress,
  releaseAsset,
} from '@weft/domain'
import type { Command } from 'commander'
import { UsageError } from '../exit.ts'
import { type Operator, operatorFrom } from '../operator.ts'
import { print, printJson } from '../print.ts'
import { table, utc } from '../table.ts'
import { parseCdpId } from './executions.ts'

/** `weft quarantine`: candidates held back because of a price that is not believed, and the prices themselves. */
export function addQuarantineCommand(program: Command): void {
  const quarantine = program
    .command('quarantine')
    .description('candidates held back because of a price nobody should believe')
  quarantine
    .command('list')
    .description('what is held, and which assets are not believed')
    .option('--json', 'as JSON')
    .action(async ({ json }: { json?: true }) => {
      const operator = operatorFrom(process.env)
      const [held, trust] = await Promise.all([operator.quarantine.held(1_000), operator.priceTrust.read()])
      if (json) printJson({ held, assets: distrusted(trust?.value) })
      else print(describe(held, trust?.value))
    })
  quarantine
    .command('release <cdp-id-or-resource>')
    .description('send a held candidate back to the liquidator, or believe an asset at the price that you looked at')
    .option('--price <xrd>', 'of an asset: the latest price as `weft quarantine list` showed it')
    .action(async (subject: string, { price }: { price?: string }) => {
      const operator = operatorFrom(process.env)
      if (subject.startsWith('resource_')) await believe(operator, subject, price)
      else await decide(operator, subject, 'released')
    })
  quarantine
    .command('drop <cdp-id>')
    .description('forget a held candidate; the next run finds it again if it still is one')
    .action(async (cdpId: string) => decide(operatorFrom(process.env), cdpId, 'dropped'))
}

/** The word is for the price that the operator saw: one that a run has read since then is not believed by mistake. */
async function believe(operator: Operator, subject: string, seen: string | undefined): Promise<void> {
  const parsed = ResourceAddress.safeParse(subject)
  if (!parsed.success)
    throw new UsageError(`"${subject}" is no resource address; \`weft quarantine list\` shows which.`)
  const resource = parsed.data
  const stored = await operator.priceTrust.read()
  const latest = stored?.value.assets.get(resource)?.latest
  if (!stored || !latest) throw new UsageError(`No price of ${resource} has been read yet.`)
  const doubted = latest.pendingXrd ?? latest.priceXrd
  if (seen === undefined || !isPrice(seen, doubted))
    throw new UsageError(
      `The latest price of ${resource} is ${doubted} XRD; if you believe it, add --price ${doubted}.`,
    )
  const released = releaseAsset(stored.value, resource, Date.now())
  if (!(await operator.priceTrust.replace(released, stored.version)))
    throw new UsageError('A run wrote the prices meanwhile; look at them again with `weft quarantine list` and repeat.')
  const untilMs = released.assets.get(resource)?.released?.untilMs ?? 0
  const also = latest.pendingXrd ? `, and at the ${latest.priceXrd} XRD that the market still uses` : ''
  print(`${resource} is believed at ${doubted} XRD${also}, until ${utc(untilMs)}.\n`)
}

function isPrice(text: string, price: Decimal): boolean {
  try {
    return Decimal.parse(text).eq(price)
  } catch (error) {
    if (error instanceof DecimalParseError || error instanceof DecimalRangeError) return false
    throw error
  }
}

async function decide(operator: Operator, text: string, decision: 'released' | 'dropped'): Promise<void> {
  const cdpId = parseCdpId(text)
  const held = await operator.quarantine.find(cdpId)
  if (held?.state !== 'held') throw new UsageError(`${cdpId} is not held; \`weft quarantine list\` shows what is.`)
  // Queued before it is marked: a crash in between leaves it held, and a second release is harmless.
  if (decision === 'released') await (await candidateQueue(operator)).send([held.candidate])
  await operator.quarantine.decide(cdpId, decision, operator.name, Date.now())
  print(`${cdpId} ${decision}.\n`)
}

async function candidateQueue(operator: Operator): Promise<SqsCandidateQueue> {
  const { sqs } = operator.aws
  const url =
    operator.liquidationQueueUrl ??
    (await sqs.send(new GetQueueUrlCommand({ QueueName: `weft-${operator.environment}-liquidation` }))).QueueUrl
  if (!url) throw new UsageError('The liquidation queue is unknown; set WEFT_LIQUIDATION_QUEUE_URL.')
  return new SqsCandidateQueue(sqs, url)
}

function distrusted(state: PriceTrustState | undefined) {
  return [...(state?.assets ?? [])].flatMap(([resource, trust]) =>
    isTrusted(trust)
      ? []
      : [
          {
            resource,
            latestXrd: trust.latest?.pendingXrd ?? trust.latest?.priceXrd,
            inForceXrd: trust.latest?.priceXrd,
            acceptedXrd: trust.accepted?.priceXrd,
            why: trust.reasons.map(describeDistrust),
          },
        ],
  )
}

function describe(held: readonly QuarantineEntry[], state: PriceTrustState | undefined): string {
  const assets = distrusted(state)
  const assetLines = table(
    ['asset not believed', 'latest XRD', 'in force XRD', 'last believed XRD', 'why'],
    assets.map((each) => [
      each.resource,
      ...[each.latestXrd, each.inForceXrd, each.acceptedXrd].map((price) => `${price ?? ''}`),
      each.why.join('; '),
    ]),
  )
  const heldLines = table(
    ['CDP', 'held since', 'because of'],
    held.map((entry) => [
      entry.cdpId,
      utc(entry.heldSinceMs),
      entry.assets.map((asset) => `${asset.resource}: ${asset.why}`).join('; '),
    ]),
  )
  return [
    assets.length === 0 ? 'Every price is believed.\n' : assetLines,
    held.length === 0 ? 'No candidate is held.\n' : heldLines,
  ].join('\n')
}
