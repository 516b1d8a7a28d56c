import {
  type NetworkName,
  RangeCompletion,
  type RunId,
  RunRecord,
  type RunStore,
  StoredObjectError,
} from '@weft/domain'
import * as z from 'zod'
import { type Attributes, listedAs, type RecordsTable } from './records-table.ts'

/** Runs are history: what they found lies in S3, so their records go after a month. */
const KEPT_SECONDS = 30 * 24 * 3_600

/** Runs by id, with a pointer per network to the latest, so that reading it needs no query. */
export class DynamoRunStore implements RunStore {
  readonly #table: RecordsTable

  constructor(table: RecordsTable) {
    this.#table = table
  }

  async start(run: RunRecord): Promise<void> {
    const record = z.encode(RunRecord, run)
    const updatedAt = new Date(run.startedAtMs).toISOString()
    await this.#table.put({
      pk: partition(run.runId),
      sk: 'run',
      ...listedAs('run', partition(run.runId), run.startedAtMs),
      updatedAt,
      expiresAt: expiry(run.startedAtMs),
      record,
    })
    // A run that was slow to be recorded does not displace a later one; an equal one may be a repetition.
    await this.#table.putIf(
      { ...latestKey(run.syncPoint.network), startedAtMs: run.startedAtMs, record },
      {
        condition: 'attribute_not_exists(#startedAtMs) OR #startedAtMs <= :startedAtMs',
        values: { startedAtMs: run.startedAtMs },
      },
    )
  }

  async latest(network: NetworkName): Promise<RunRecord | undefined> {
    const item = await this.#table.get(latestKey(network))
    return item && parsed(RunRecord, item)
  }

  async completeRange(completion: RangeCompletion): Promise<void> {
    const { runId, fromId, toId, finishedAtMs } = completion
    await this.#table.put({
      pk: partition(runId),
      sk: `range#${padded(fromId)}-${padded(toId)}`,
      expiresAt: expiry(finishedAtMs),
      record: z.encode(RangeCompletion, completion),
    })
  }

  async completions(runId: RunId): Promise<readonly RangeCompletion[]> {
    const items = await this.#table.startingWith(partition(runId), 'range#')
    return this.#table.readable(items, (item) => parsed(RangeCompletion, item))
  }

  /** The latest runs, newest first. */
  async recent(limit: number): Promise<readonly RunRecord[]> {
    return this.#table.readable(await this.#table.newest('run', limit), (item) => parsed(RunRecord, item))
  }
}

function partition(runId: RunId): string {
  return `run#${runId}`
}

function latestKey(network: NetworkName) {
  return { pk: `runs#${network}`, sk: 'latest' }
}

function padded(id: number): string {
  return String(id).padStart(9, '0')
}

function expiry(atMs: number): number {
  return Math.floor(atMs / 1_000) + KEPT_SECONDS
}

function parsed<T>(schema: z.ZodType<T>, item: Attributes): T {
  const result = schema.safeParse(item.record)
  if (!result.success) throw new StoredObjectError(`record ${item.pk} ${item.sk}`, z.prettifyError(result.error))
  return result.data
}
