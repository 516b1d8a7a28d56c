import type { CdpId, CdpReading, NftContents, NftReading, NonFungibleLocalId, ResourceAddress } from '@weft/domain'
import type { PinnedReads } from '../gateway/pinned-reads.ts'
import { attempted, isJsonObject } from '../sbor/decode.ts'
import { CLAIM_FIELD, cdp, receiptData, unstakeData } from './decode-cdp.ts'

/**
 * CDPs in the order asked for. One whose data does not decode is a reading like any other, so that it cannot hide its neighbours;
 * what concerns all of them (no answer, an answer of another state version) is thrown.
 */
export async function readCdps(
  reads: PinnedReads,
  cdpResource: ResourceAddress,
  ids: readonly CdpId[],
): Promise<readonly CdpReading[]> {
  if (ids.length === 0) return []
  const found = await reads.nonFungibles(cdpResource, ids)
  return ids.map((id): CdpReading => {
    const item = found.get(id)
    if (item === undefined) return { kind: 'missing', id }
    if (item.is_burned) return { kind: 'burned', id }
    const lastUpdatedAtStateVersion = item.last_updated_at_state_version
    const decoded = attempted(cdp(id, lastUpdatedAtStateVersion))(item.data?.programmatic_json, '')
    return decoded.kind === 'unreadable'
      ? { kind: 'unreadable', id, lastUpdatedAtStateVersion, why: `data of CDP ${id}: ${decoded.why}` }
      : { kind: 'live', cdp: decoded.value }
  })
}

/** Claim NFTs and liquidity receipts; of any other shape, and burned ones, are unreadable; ids never minted are absent. */
export async function readNftContents(
  reads: PinnedReads,
  xrd: ResourceAddress,
  wanted: ReadonlyMap<ResourceAddress, readonly NonFungibleLocalId[]>,
): Promise<NftContents> {
  const claim = unstakeData(xrd)
  const contents = await Promise.all(
    [...wanted].map(async ([resource, ids]) => {
      const found = await reads.nonFungibles(resource, ids)
      const readings = [...found].map(([id, { data, is_burned }]): readonly [string, NftReading] => {
        const where = `data of ${resource}:${id}`
        if (is_burned) return [id, { unreadable: `${where}: it is burned` }]
        const decoder = hasField(data?.programmatic_json, CLAIM_FIELD) ? claim : receiptData
        const decoded = attempted(decoder)(data?.programmatic_json, '')
        return [id, decoded.kind === 'unreadable' ? { unreadable: `${where}: ${decoded.why}` } : decoded.value]
      })
      return [resource, new Map(readings)] as const
    }),
  )
  return new Map(contents)
}

/** The one field that tells the shapes apart. */
function hasField(data: unknown, name: string): boolean {
  const fields = isJsonObject(data) && Array.isArray(data.fields) ? data.fields : []
  return fields.some((field) => isJsonObject(field) && field.field_name === name)
}
