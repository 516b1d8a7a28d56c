import { GetQueueUrlCommand } from '@aws-sdk/client-sqs'
import { type DeadLetter, redriveDeadLetters } from '@weft/aws'
import { CandidateMessage, IndexRangeJob } from '@weft/domain'
import type { Command } from 'commander'
import { UsageError } from '../exit.ts'
import { wholeNumberFlag, wordFlag } from '../flags.ts'
import { type Operator, operatorFrom } from '../operator.ts'
import { print } from '../print.ts'
import { table, utc } from '../table.ts'
import { parseCdpId } from './executions.ts'

const QUEUES = ['liquidation', 'indexing'] as const
type Queue = (typeof QUEUES)[number]

/** `weft dead-letters`: messages that failed until their queue gave them up. The schedule's own dead letters are only ever purged. */
export function addDeadLettersCommand(program: Command): void {
  const deadLetters = program
    .command('dead-letters')
    .description('messages that can never succeed or failed five times: read them, send them back to work')
  deadLetters
    .command('list')
    .description('what lies in the dead-letter queues, and whether it is still worth anything; nothing is taken')
    .option('--queue <name>', `${QUEUES.join(' or ')}; both by default`, wordFlag('--queue', QUEUES))
    .option('--limit <number>', 'how many messages of a queue', wholeNumberFlag('--limit', 1, 1_000), 20)
    .option('--json', 'as JSON, with the bodies')
    .action(async ({ queue, limit, json }: { queue?: Queue; limit: number; json?: true }) => {
      const operator = operatorFrom(process.env)
      const found: Inspected[] = []
      for (const each of queue ? [queue] : QUEUES) found.push(...(await inspect(operator, each, limit)))
      print(json ? `${JSON.stringify(found, null, 2)}\n` : list(found))
    })
  deadLetters
    .command('redrive <queue>')
    .description('send messages back to work, those that do not parse or have expired excepted')
    .option('--cdp <id>', 'only the candidates of this CDP', parseCdpId)
    .option('--max <number>', 'how many messages to look at', wholeNumberFlag('--max', 1, 10_000), 100)
    .option('--dry-run', 'show what would be moved and leave it')
    .action(async (text: string, options: RedriveFlags) => {
      const queue = wordFlag('dead-letters redrive', QUEUES)(text)
      if (options.cdp && queue !== 'liquidation')
        throw new UsageError('--cdp chooses among candidates; those are in the liquidation queue.')
      print(await redrive(operatorFrom(process.env), queue, options))
    })
}

interface RedriveFlags {
  readonly cdp?: string
  readonly max: number
  readonly dryRun?: true
}

/** What a dead letter is, judged by its body: the sender is not known, and it may be another version of us. */
interface Inspected extends DeadLetter {
  readonly queue: Queue
  /** The CDP or the range that it is about; empty where that cannot be read. */
  readonly subject: string
  readonly state: 'waits' | 'expired' | 'unparsable'
}

async function inspect(operator: Operator, queue: Queue, limit: number): Promise<readonly Inspected[]> {
  const found: Inspected[] = []
  const { dead, work } = await urlsOf(operator, queue)
  await redriveDeadLetters(operator.aws.sqs, dead, work, {
    dryRun: true,
    max: limit,
    onMessage: (letter) => found.push(judged(queue, letter)),
  })
  return found
}

async function redrive(operator: Operator, queue: Queue, { cdp, max, dryRun }: RedriveFlags): Promise<string> {
  const { dead, work } = await urlsOf(operator, queue)
  const left: string[] = []
  const moves: string[] = []
  await redriveDeadLetters(operator.aws.sqs, dead, work, {
    // Decided message by message below, so that a rehearsal and the real thing say the same.
    dryRun: false,
    max,
    wanted: (letter) => {
      const { state, subject } = judged(queue, letter)
      const why = cdp !== undefined && subject !== cdp ? 'of another CDP' : state === 'waits' ? undefined : state
      if (why === undefined) moves.push(subject)
      else left.push(`${letter.messageId} (${why})`)
      return why === undefined && !dryRun
    },
  })
  return [
    `${moves.length} ${dryRun ? 'would be moved' : 'moved'} to ${queue}${moves.length > 0 ? `: ${moves.join(', ')}` : ''}.\n`,
    left.length > 0 ? `${left.length} stay: ${left.join(', ')}.\n` : '',
  ].join('')
}

function judged(queue: Queue, letter: DeadLetter): Inspected {
  const found = queue === 'liquidation' ? candidateIn(letter.body) : rangeIn(letter.body)
  return { queue, ...letter, ...(found ?? { subject: '', state: 'unparsable' }) }
}

type Judgement = Pick<Inspected, 'subject' | 'state'>

function candidateIn(body: string): Judgement | undefined {
  const candidate = CandidateMessage.safeParse(json(body))
  return candidate.success ? { subject: candidate.data.cdpId, state: 'waits' } : undefined
}

/** An expired job is dropped unread by whoever takes it: the next run covers the range better. */
function rangeIn(body: string): Judgement | undefined {
  const job = IndexRangeJob.safeParse(json(body))
  if (!job.success) return undefined
  const { fromId, toId, expiresAtMs } = job.data
  return { subject: `#${fromId}#…#${toId}#`, state: expiresAtMs > Date.now() ? 'waits' : 'expired' }
}

/** `undefined` for text that is no JSON: no schema accepts that, so it counts as not parsed. */
function json(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch {
    return undefined
  }
}

async function urlsOf({ aws, environment }: Operator, queue: Queue): Promise<{ dead: string; work: string }> {
  const urlOf = async (name: string) => {
    const { QueueUrl } = await aws.sqs.send(new GetQueueUrlCommand({ QueueName: name }))
    if (QueueUrl === undefined) throw new UsageError(`SQS knows no address of ${name}; check WEFT_ENVIRONMENT.`)
    return QueueUrl
  }
  const name = `weft-${environment}-${queue}`
  return { dead: await urlOf(`${name}-dlq`), work: await urlOf(name) }
}

function list(found: readonly Inspected[]): string {
  if (found.length === 0) return 'No dead letters.\n'
  return table(
    ['queue', 'sent', 'about', 'state', 'message', 'reason', 'body'],
    found.map(({ queue, sentAtMs, subject, state, messageId, reason, body }) => [
      queue,
      utc(sentAtMs),
      subject,
      state,
      messageId,
      reason?.slice(0, 120) ?? '',
      // Only what nobody can read otherwise; the whole bodies are in --json.
      state === 'unparsable' ? body.slice(0, 60) : '',
    ]),
  )
}
