import { randomUUID } from 'node:crypto'
import { CandidateEnd, type CandidateEnds, type CdpId, cdpNumber, StoredObjectError } from '@weft/domain'
import * as z from 'zod'
import type { Attributes, RecordsTable } from './records-table.ts'

const KEPT_SECONDS = 30 * 24 * 3_600

/** One item per end, beside the CDP's other records; in no index, since a shock ends hundreds of candidates a second. */
export class DynamoCandidateEnds implements CandidateEnds {
  readonly #table: RecordsTable

  constructor(table: RecordsTable) {
    this.#table = table
  }

  async keep(end: CandidateEnd): Promise<boolean> {
    const name = end.attempt === null ? randomUUID() : `attempt#${String(end.attempt).padStart(6, '0')}`
    return await this.#table.putIf(
      {
        pk: partition(end.cdpId),
        sk: `${PREFIX}${name}`,
        expiresAt: Math.floor(end.atMs / 1_000) + KEPT_SECONDS,
        record: z.encode(CandidateEnd, end),
      },
      { condition: 'attribute_not_exists(#sk)', values: {} },
    )
  }

  async of(cdpId: CdpId): Promise<readonly CandidateEnd[]> {
    const items = await this.#table.startingWith(partition(cdpId), PREFIX)
    return this.#table.readable(items, endOf).sort((a, b) => b.atMs - a.atMs)
  }
}

const PREFIX = 'end#'

function partition(cdpId: CdpId): string {
  return `cdp#${cdpNumber(cdpId)}`
}

function endOf(item: Attributes): CandidateEnd {
  const parsed = CandidateEnd.safeParse(item.record)
  if (!parsed.success) throw new StoredObjectError(`record ${item.pk} ${item.sk}`, z.prettifyError(parsed.error))
  return parsed.data
}
