import { randomUUID } from 'node:crypto'
import {
  type CdpId,
  type CdpStanding,
  type Claim,
  type ClaimResult,
  cdpNumber,
  type Engagement,
  type ExecutionJournal,
  ExecutionRecord,
  type ExecutionState,
  FencedOffError,
  LIVE_STATES,
  Spending,
  StoredObjectError,
} from '@weft/domain'
import * as z from 'zod'
import { type Attributes, listedAs, type RecordKey, type RecordsTable } from './records-table.ts'

/** The journal stands where the caller did not expect it: a fault in the caller, never a race. */
export class JournalConflictError extends Error {
  override readonly name = 'JournalConflictError'
}

/**
 * One item per CDP, its *head*, holds the claim and the newest attempt side by side: a condition on the head's fencing token
 * then guards every write of that attempt, without transactions. An attempt that a new one displaces is copied to an item of
 * its own first.
 */
export class DynamoExecutionJournal implements ExecutionJournal {
  readonly #table: RecordsTable
  /** Claims that their last write gave back already. */
  readonly #concluded = new WeakSet<Claim>()

  constructor(table: RecordsTable) {
    this.#table = table
  }

  async claim(cdpId: CdpId, owner: string, nowMs: number, leaseMs: number): Promise<ClaimResult> {
    const claimId = randomUUID()
    const leaseUntilMs = nowMs + leaseMs
    const claimed = (head: Head): ClaimResult => ({
      kind: 'claimed',
      claim: { cdpId, owner, fencingToken: head.fencingToken, leaseUntilMs },
      latest: head.record,
    })
    for (let tries = 1; ; tries++) {
      const taken = await this.#table.update(
        headKey(cdpId),
        'SET #owner = :owner, #claimId = :claimId, #leaseUntilMs = :leaseUntilMs, ' +
          '#fencingToken = if_not_exists(#fencingToken, :zero) + :one REMOVE #restUntilMs',
        {
          condition: 'attribute_not_exists(#leaseUntilMs) OR #leaseUntilMs <= :now',
          values: { owner, claimId, leaseUntilMs, now: nowMs, zero: 0, one: 1 },
        },
      )
      if (taken) return claimed(headOf(cdpId, taken))
      const head = await this.#head(cdpId)
      // The answer to our own write was lost and the client repeated it.
      if (head?.claimId === claimId) return claimed(head)
      if (head?.owner !== undefined && head.leaseUntilMs !== undefined)
        return { kind: 'held', owner: head.owner, leaseUntilMs: head.leaseUntilMs }
      if (tries === 3) return { kind: 'held', owner: 'several others', leaseUntilMs: nowMs }
    }
  }

  async release(claim: Claim, restUntilMs?: number): Promise<void> {
    if (this.#concluded.has(claim)) return
    const resting = restUntilMs !== undefined
    await this.#table.update(
      headKey(claim.cdpId),
      `${resting ? 'SET #restUntilMs = :restUntilMs ' : ''}${removing(CLAIM)}`,
      {
        condition: '#fencingToken = :token',
        values: { token: claim.fencingToken, ...(resting ? { restUntilMs } : {}) },
      },
    )
  }

  /** @throws {JournalConflictError} while an earlier attempt may still commit. */
  async begin(claim: Claim, record: ExecutionRecord): Promise<void> {
    // The first attempt displaces nothing, and its condition says so; that saves reading the head.
    const previous = record.attempt === 1 ? undefined : await this.#displaced(claim, record)
    if (previous) await this.#table.put({ ...attemptKey(previous), ...stored(previous) })
    await this.#write(
      claim,
      record,
      previous
        ? { condition: '#attempt = :from_attempt AND #state = :from', ...expected(previous.attempt, previous.state) }
        : { condition: 'attribute_not_exists(#attempt)', values: {} },
    )
  }

  /** @throws {JournalConflictError} when the attempt is not in state `from`. */
  async advance(claim: Claim, from: ExecutionState, record: ExecutionRecord): Promise<void> {
    await this.#write(claim, record, {
      condition: '#attempt = :from_attempt AND #state = :from',
      ...expected(record.attempt, from),
    })
  }

  /** @throws {JournalConflictError} when the attempt is not in state `from`. */
  async conclude(claim: Claim, from: ExecutionState, record: ExecutionRecord): Promise<void> {
    const when = { condition: '#attempt = :from_attempt AND #state = :from', ...expected(record.attempt, from) }
    await this.#write(claim, record, when, CLAIM)
    this.#concluded.add(claim)
  }

  async standingOf(cdpId: CdpId): Promise<CdpStanding> {
    const items = await this.#table.startingWith(partition(cdpId), HEAD)
    const attempts = newestFirst(
      items.flatMap((item) => recordIn(item)),
      (a, b) => b.attempt - a.attempt,
    )
    const item = items.find(({ sk }) => sk === HEAD)
    const { owner, leaseUntilMs } = item ? headOf(cdpId, item) : {}
    const isClaimed = owner !== undefined && leaseUntilMs !== undefined
    return { attempts, holder: isClaimed ? { owner, leaseUntilMs } : undefined }
  }

  async engaged(ids: readonly CdpId[], nowMs: number): Promise<ReadonlyMap<CdpId, Engagement>> {
    const idOf = new Map(ids.map((id) => [partition(id), id]))
    const items = await this.#table.getMany([...idOf.values()].map(headKey), ['pk', 'leaseUntilMs', 'restUntilMs'])
    return new Map(
      this.#table.readable(items, engagementIn).flatMap(({ pk, ...until }) => {
        const id = idOf.get(pk)
        const engagement = engagementAt(nowMs, until)
        return id && engagement ? [[id, engagement] as const] : []
      }),
    )
  }

  async recent(limit: number): Promise<readonly ExecutionRecord[]> {
    // One more than asked for: a displaced attempt stands twice for a moment.
    const items = await this.#table.newest(KIND, limit + 1)
    const records = this.#table.readable(items, recordIn).flat()
    return newestFirst(records, (a, b) => b.createdAtMs - a.createdAtMs).slice(0, limit)
  }

  async spentSince(sinceMs: number): Promise<readonly Spending[]> {
    const items = await this.#table.spentSince(KIND, new Date(sinceMs).toISOString())
    // A displaced attempt stands twice for a moment.
    return [
      ...new Map(items.map((item) => spendingIn(item)).map((each) => [`${each.cdpId} ${each.attempt}`, each])).values(),
    ]
  }

  /** The attempt that `record` takes the place of. */
  async #displaced(claim: Claim, record: ExecutionRecord): Promise<ExecutionRecord | undefined> {
    const head = await this.#head(claim.cdpId)
    if (head?.fencingToken !== claim.fencingToken) throw new FencedOffError(claim.cdpId, claim.fencingToken)
    const previous = head.record
    if (previous && LIVE_STATES.includes(previous.state)) throw conflict(record, `${named(previous)} may still commit`)
    if (previous && previous.attempt >= record.attempt) throw conflict(record, `${named(previous)} came before`)
    return previous
  }

  async #head(cdpId: CdpId): Promise<Head | undefined> {
    const item = await this.#table.get(headKey(cdpId))
    return item && headOf(cdpId, item)
  }

  async #write(
    claim: Claim,
    record: ExecutionRecord,
    when: { condition: string; values: Attributes },
    further: readonly string[] = [],
  ): Promise<void> {
    const attributes = stored(record)
    // What the attempt before spent stands with the attempt before.
    const obsolete = [...further, ...SPENDING.filter((name) => !(name in attributes))]
    const written = await this.#table.update(headKey(claim.cdpId), `${setting(attributes)} ${removing(obsolete)}`, {
      condition: `#fencingToken = :token AND ${when.condition}`,
      values: { ...attributes, token: claim.fencingToken, ...when.values },
    })
    if (written) return
    const head = await this.#head(claim.cdpId)
    // The answer to our own write was lost and the client repeated it; the CDP may even have a new holder since.
    if (head?.record && isSame(head.record, record)) return
    if (head?.fencingToken !== claim.fencingToken) throw new FencedOffError(claim.cdpId, claim.fencingToken)
    throw conflict(record, head.record ? `${named(head.record)} stands in the journal` : 'no attempt was begun')
  }
}

const KIND = 'execution'

/** Sort key of a head; those of displaced attempts begin with it. */
const HEAD = 'execution'

/** Attributes of a head while somebody holds it. */
const CLAIM = ['owner', 'claimId', 'leaseUntilMs'] as const

/** Attributes of an attempt whose transaction reached the ledger, for the index `by-spending`. */
const SPENDING = ['spending', 'feeXrd', 'realisedProfitXrd'] as const

function setting(attributes: Attributes): string {
  return `SET ${Object.keys(attributes)
    .map((name) => `#${name} = :${name}`)
    .join(', ')}`
}

function removing(names: readonly string[]): string {
  return names.length === 0 ? '' : `REMOVE ${names.map((name) => `#${name}`).join(', ')}`
}

const Head = z.object({
  fencingToken: z.int().positive(),
  owner: z.string().optional(),
  claimId: z.string().optional(),
  leaseUntilMs: z.number().optional(),
  record: ExecutionRecord.optional(),
})
type Head = z.infer<typeof Head>

function headOf(cdpId: CdpId, item: Attributes): Head {
  const parsed = Head.safeParse(item)
  if (!parsed.success) throw new StoredObjectError(`journal of CDP ${cdpId}`, z.prettifyError(parsed.error))
  return parsed.data
}

/** What `engaged` asks of a head. */
const Until = z.object({
  pk: z.string(),
  leaseUntilMs: z.number().optional(),
  restUntilMs: z.number().optional(),
})
type Until = z.infer<typeof Until>

function engagementIn(item: Attributes): Until {
  const parsed = Until.safeParse(item)
  if (!parsed.success) throw new StoredObjectError(`journal ${item.pk}`, z.prettifyError(parsed.error))
  return parsed.data
}

function engagementAt(nowMs: number, { leaseUntilMs, restUntilMs }: Omit<Until, 'pk'>): Engagement | undefined {
  if (leaseUntilMs !== undefined && leaseUntilMs > nowMs) return 'in-work'
  return restUntilMs !== undefined && restUntilMs > nowMs ? 'resting' : undefined
}

/** No record when the CDP was claimed and nothing was begun. */
function recordIn(item: Attributes): ExecutionRecord[] {
  if (item.record === undefined) return []
  const parsed = ExecutionRecord.safeParse(item.record)
  if (!parsed.success) throw new StoredObjectError(`record ${item.pk} ${item.sk}`, z.prettifyError(parsed.error))
  return [parsed.data]
}

const PARTITION = 'cdp#'

function partition(cdpId: CdpId): string {
  return `${PARTITION}${cdpNumber(cdpId)}`
}

function headKey(cdpId: CdpId): RecordKey {
  return { pk: partition(cdpId), sk: HEAD }
}

function attemptKey({ cdpId, attempt }: ExecutionRecord): RecordKey {
  return { pk: partition(cdpId), sk: `${HEAD}#${String(attempt).padStart(6, '0')}` }
}

function stored(record: ExecutionRecord) {
  const { realised } = record
  return {
    ...listedAs(KIND, partition(record.cdpId), record.createdAtMs),
    updatedAt: new Date(record.updatedAtMs).toISOString(),
    attempt: record.attempt,
    state: record.state,
    record: z.encode(ExecutionRecord, record),
    ...(realised && {
      spending: KIND,
      feeXrd: realised.feeXrd.toString(),
      realisedProfitXrd: realised.realisedProfitXrd.toString(),
    }),
  }
}

function spendingIn({ pk, sk, updatedAt, attempt, feeXrd, realisedProfitXrd }: Attributes): Spending {
  const cdpId = typeof pk === 'string' ? `#${pk.slice(PARTITION.length)}#` : undefined
  const atMs = typeof updatedAt === 'string' ? Date.parse(updatedAt) : undefined
  const parsed = Spending.safeParse({ cdpId, attempt, atMs, feeXrd, realisedProfitXrd })
  if (!parsed.success) throw new StoredObjectError(`spending ${pk} ${sk}`, z.prettifyError(parsed.error))
  return parsed.data
}

function expected(attempt: number, state: ExecutionState) {
  return { values: { from_attempt: attempt, from: state } }
}

/** A worker that died while displacing an attempt leaves a copy of it; the head, or the later state, comes first and counts. */
function newestFirst(
  records: readonly ExecutionRecord[],
  order: (a: ExecutionRecord, b: ExecutionRecord) => number,
): ExecutionRecord[] {
  const once = new Map<string, ExecutionRecord>()
  for (const record of records) {
    const key = `${record.cdpId} ${record.attempt}`
    if (!once.has(key)) once.set(key, record)
  }
  return [...once.values()].sort(order)
}

function isSame(a: ExecutionRecord, b: ExecutionRecord): boolean {
  return a.attempt === b.attempt && a.state === b.state && a.updatedAtMs === b.updatedAtMs
}

function named({ attempt, state }: ExecutionRecord): string {
  return `attempt ${attempt} (${state})`
}

function conflict(record: ExecutionRecord, why: string): JournalConflictError {
  return new JournalConflictError(`CDP ${record.cdpId}: ${named(record)} cannot be written, ${why}.`)
}
