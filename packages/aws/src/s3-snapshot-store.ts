import { promisify } from 'node:util'
import { gunzip, gzip } from 'node:zlib'
import {
  BatchSnapshotHeader,
  BatchSnapshotRow,
  MarketSnapshot,
  SnapshotMissingError,
  type SnapshotStore,
  StoredObjectError,
} from '@weft/domain'
import * as z from 'zod'
import { parseJson } from './parse-json.ts'
import type { S3Objects } from './s3-objects.ts'

const compress = promisify(gzip)
const decompress = promisify(gunzip)

/** Snapshots as gzip objects: one JSON document for a market, JSON lines for a batch, header first. */
export class S3SnapshotStore implements SnapshotStore {
  readonly #objects: S3Objects

  constructor(objects: S3Objects) {
    this.#objects = objects
  }

  async putMarket(snapshot: MarketSnapshot, key: string): Promise<void> {
    await this.#put(key, JSON.stringify(z.encode(MarketSnapshot, snapshot)))
  }

  async market(key: string): Promise<MarketSnapshot> {
    return parseJson(MarketSnapshot, await this.#text(key), key)
  }

  async putBatch(key: string, header: BatchSnapshotHeader, rows: readonly BatchSnapshotRow[]): Promise<boolean> {
    const lines = [z.encode(BatchSnapshotHeader, header), ...rows.map((row) => z.encode(BatchSnapshotRow, row))]
    return await this.#put(key, `${lines.map((line) => JSON.stringify(line)).join('\n')}\n`)
  }

  async batch(key: string): Promise<{ header: BatchSnapshotHeader; rows: readonly BatchSnapshotRow[] }> {
    const text = await this.#text(key)
    if (!text.endsWith('\n')) throw new StoredObjectError(key, 'does not end with a full line')
    const [first = '', ...rest] = text.slice(0, -1).split('\n')
    return {
      header: parseJson(BatchSnapshotHeader, first, `${key} line 1`),
      rows: rest.map((line, index) => parseJson(BatchSnapshotRow, line, `${key} line ${index + 2}`)),
    }
  }

  async #put(key: string, text: string): Promise<boolean> {
    return (await this.#objects.putOnce(key, await compress(text), 'application/gzip')) === 'stored'
  }

  async #text(key: string): Promise<string> {
    const bytes = await this.#objects.get(key)
    if (bytes === undefined) throw new SnapshotMissingError(key)
    try {
      return (await decompress(bytes)).toString('utf8')
    } catch (cause) {
      throw new StoredObjectError(key, 'is not gzip', cause)
    }
  }
}
