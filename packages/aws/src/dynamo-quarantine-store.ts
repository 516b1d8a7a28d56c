import {
  type CandidateMessage,
  type CdpId,
  cdpNumber,
  QuarantineEntry,
  type QuarantineStore,
  StoredObjectError,
} from '@weft/domain'
import * as z from 'zod'
import { type Attributes, type Expression, listedAs, type RecordsTable } from './records-table.ts'

/** Decisions are kept for as long as somebody may ask who took them. */
const KEPT_SECONDS = 180 * 24 * 3_600

/** One item per CDP. Only held entries are listed: exactly what waits for a decision. */
export class DynamoQuarantineStore implements QuarantineStore {
  readonly #table: RecordsTable

  constructor(table: RecordsTable) {
    this.#table = table
  }

  async hold(
    candidate: CandidateMessage,
    assets: QuarantineEntry['assets'],
    nowMs: number,
    seen: QuarantineEntry | undefined,
  ): Promise<void> {
    const before = await this.find(candidate.cdpId)
    const heldSinceMs = before?.state === 'held' ? before.heldSinceMs : nowMs
    await this.#put(
      {
        schemaVersion: 1,
        cdpId: candidate.cdpId,
        candidate,
        assets,
        state: 'held',
        heldSinceMs,
        decidedAtMs: null,
        decidedBy: null,
      },
      // A decision that came since is an operator's word on newer knowledge: it stands.
      {
        condition: 'attribute_not_exists(#pk) OR #state = :held OR #record.#decidedAtMs = :seen',
        values: { held: 'held', seen: seen?.decidedAtMs ?? 'none' },
      },
    )
  }

  async find(cdpId: CdpId): Promise<QuarantineEntry | undefined> {
    const item = await this.#table.get(keyOf(cdpId))
    return item && entryOf(item)
  }

  async held(limit: number): Promise<readonly QuarantineEntry[]> {
    return this.#table.readable(await this.#table.newest(HELD, limit), entryOf)
  }

  async decide(
    cdpId: CdpId,
    decision: 'released' | 'dropped',
    decidedBy: string,
    nowMs: number,
  ): Promise<QuarantineEntry | undefined> {
    const before = await this.find(cdpId)
    if (before?.state !== 'held') return undefined
    const decided = { ...before, state: decision, decidedBy, decidedAtMs: nowMs }
    const written = await this.#put(decided, { condition: '#state = :held', values: { held: 'held' } })
    return written ? decided : undefined
  }

  async #put(entry: QuarantineEntry, when: Expression): Promise<boolean> {
    const key = keyOf(entry.cdpId)
    const waiting = {
      ...listedAs(HELD, key.pk, entry.heldSinceMs),
      updatedAt: new Date(entry.heldSinceMs).toISOString(),
    }
    const decided = { expiresAt: Math.floor((entry.decidedAtMs ?? 0) / 1_000) + KEPT_SECONDS }
    return await this.#table.putIf(
      {
        ...key,
        ...(entry.state === 'held' ? waiting : decided),
        state: entry.state,
        record: z.encode(QuarantineEntry, entry),
      },
      when,
    )
  }
}

const HELD = 'quarantine-held'

function keyOf(cdpId: CdpId) {
  return { pk: `cdp#${cdpNumber(cdpId)}`, sk: 'quarantine' }
}

function entryOf(item: Attributes): QuarantineEntry {
  const parsed = QuarantineEntry.safeParse(item.record)
  if (!parsed.success) throw new StoredObjectError(`record ${item.pk} ${item.sk}`, z.prettifyError(parsed.error))
  return parsed.data
}
