import { randomUUID } from 'node:crypto'
import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb'
import {
  BatchGetCommand,
  type BatchGetCommandInput,
  type DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  QueryCommand,
  type QueryCommandInput,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb'
import { StoredObjectError } from '@weft/domain'
import { type Backoff, backOff } from './backoff.ts'

export interface RecordKey {
  readonly pk: string
  readonly sk: string
}

export type Attributes = Readonly<Record<string, unknown>>

/**
 * Hash keys per kind: one takes 1 000 writes a second, and a storm begins and displaces hundreds of attempts in one. Never fewer than any
 * release wrote to.
 */
const KIND_SHARDS = 8

/**
 * What puts an item into the list of its kind. `since` is the moment by which the list is sorted; it stays as it is while the item lives, so
 * that later writes of the item cost nothing in the index.
 * @param pk of the item
 */
export function listedAs(kind: string, pk: string, sinceMs: number) {
  const shard = [...pk].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 65_521, 7) % KIND_SHARDS
  return {
    // Releases up to November 2026 listed by `kind` and `updatedAt`; they find the item when one of them, and its index, comes back.
    kind,
    kindShard: `${kind}#${shard}`,
    since: new Date(sinceMs).toISOString(),
  }
}

/** Parts of a conditional expression; attribute names are written `#name` in it, since DynamoDB reserves many words. */
export interface Expression {
  readonly condition: string
  readonly values: Attributes
}

/** DynamoDB left items unread, try after try: the table is asked for more than it may give. */
export class RecordsUnreadError extends Error {
  override readonly name = 'RecordsUnreadError'

  constructor(table: string, unread: number, tries: number) {
    super(`${unread} item(s) of table ${table} were left unread ${tries} times; ask again later.`)
  }
}

/** What a batch leaves unread is asked for again so often. */
const BATCH_TRIES = 5
const BATCH_BACKOFF: Backoff = { firstDelayMs: 50, maxDelayMs: 1_000 }
/** The most that DynamoDB takes in one call. */
const MAX_BATCH_KEYS = 100

/**
 * The one table of derived records. Every write concerns a single item, so that a condition on that item is all the locking
 * there is. Items: `pk`, `sk`; optional `kindShard` and `since` ({@link listedAs}) put one into the index `by-kind`, which holds keys alone,
 * `spending` and `updatedAt` into the index `by-spending`, which holds amounts alone; optional `expiresAt`, in unix seconds, lets DynamoDB
 * delete it some time later.
 */
export class RecordsTable {
  readonly #dynamodb: DynamoDBDocumentClient
  readonly #table: string
  readonly #onUnreadable: (error: StoredObjectError) => void

  /** @param onUnreadable hears of a row that a list leaves out; without it nobody would, so that the row then ends the list. */
  constructor(dynamodb: DynamoDBDocumentClient, table: string, onUnreadable = endTheList) {
    this.#dynamodb = dynamodb
    this.#table = table
    this.#onUnreadable = onUnreadable
  }

  /**
   * What `read` makes of each item. One that it cannot read, say of a newer release, is reported and left out: it must not hide the rest.
   * Only for lists in which each row stands for itself; a sum over money must not leave one out.
   */
  readable<T>(items: readonly Attributes[], read: (item: Attributes) => T): T[] {
    return items.flatMap((item) => {
      try {
        return [read(item)]
      } catch (error) {
        if (!(error instanceof StoredObjectError)) throw error
        this.#onUnreadable(error)
        return []
      }
    })
  }

  /** The item as last written. */
  async get({ pk, sk }: RecordKey): Promise<Attributes | undefined> {
    const { Item } = await this.#dynamodb.send(
      new GetCommand({ TableName: this.#table, Key: { pk, sk }, ConsistentRead: true }),
    )
    return Item
  }

  /**
   * Those items that exist, as last written and in no order.
   * @param keys each once @param attributes of each, all when absent @throws {RecordsUnreadError} when some stay unread after all tries.
   */
  async getMany(keys: readonly RecordKey[], attributes?: readonly string[]): Promise<readonly Attributes[]> {
    const items: Attributes[] = []
    for (let from = 0; from < keys.length; from += MAX_BATCH_KEYS)
      items.push(...(await this.#batch(keys.slice(from, from + MAX_BATCH_KEYS), attributes)))
    return items
  }

  /** Writes the whole item. */
  async put(item: RecordKey & Attributes): Promise<void> {
    await this.#dynamodb.send(new PutCommand({ TableName: this.#table, Item: item }))
  }

  /**
   * Writes the whole item if the condition holds.
   * @returns `false` when it does not; nothing is written then. When the answer to our own write was lost and the client repeated it, the
   * repetition finds the condition broken by ourselves: the item's `writeId` tells.
   */
  async putIf(item: RecordKey & Attributes, expression: Expression): Promise<boolean> {
    const writeId = randomUUID()
    const written = await held(async () => {
      await this.#dynamodb.send(
        new PutCommand({ TableName: this.#table, Item: { ...item, writeId }, ...conditional(expression) }),
      )
    })
    return written || (await this.get(item))?.writeId === writeId
  }

  /** @returns the item after the change, `undefined` when the condition does not hold; nothing is written then. */
  async update(key: RecordKey, change: string, expression: Expression): Promise<Attributes | undefined> {
    let after: Attributes | undefined
    await held(async () => {
      const { Attributes } = await this.#dynamodb.send(
        new UpdateCommand({
          TableName: this.#table,
          Key: { pk: key.pk, sk: key.sk },
          UpdateExpression: change,
          ...conditional(expression, change),
          ReturnValues: 'ALL_NEW',
        }),
      )
      after = Attributes ?? {}
    })
    return after
  }

  /** All items of `pk` whose `sk` starts with `prefix`, as last written, in key order. */
  async startingWith(pk: string, prefix: string): Promise<readonly Attributes[]> {
    return await this.#query({
      TableName: this.#table,
      KeyConditionExpression: '#pk = :pk AND begins_with(#sk, :prefix)',
      ExpressionAttributeNames: { '#pk': 'pk', '#sk': 'sk' },
      ExpressionAttributeValues: { ':pk': pk, ':prefix': prefix },
      ConsistentRead: true,
    })
  }

  /** Items of one kind by `since`, latest first, as last written. The index that finds them trails the table by moments. */
  async newest(kind: string, limit: number): Promise<readonly Attributes[]> {
    const shards = await Promise.all(
      Array.from({ length: KIND_SHARDS }, (_, shard) =>
        this.#query(
          {
            TableName: this.#table,
            IndexName: 'by-kind',
            KeyConditionExpression: '#kindShard = :kindShard',
            ExpressionAttributeNames: { '#kindShard': 'kindShard' },
            ExpressionAttributeValues: { ':kindShard': `${kind}#${shard}` },
            ScanIndexForward: false,
          },
          limit,
        ),
      ),
    )
    const keys = shards
      .flat()
      .sort(latestFirst)
      .slice(0, limit)
      .map(({ pk, sk }) => ({ pk: String(pk), sk: String(sk) }))
    const items = await this.getMany(keys)
    // One that has left the list since, such as a candidate that was released, is not of this kind any more.
    return items.filter((item) => String(item.kindShard).startsWith(`${kind}#`)).sort(latestFirst)
  }

  /** Amounts of the items of one kind of spending from `since` (ISO 8601) on, oldest first. The index trails the table by moments. */
  async spentSince(spending: string, since: string): Promise<readonly Attributes[]> {
    return await this.#query({
      TableName: this.#table,
      IndexName: 'by-spending',
      KeyConditionExpression: '#spending = :spending AND #updatedAt >= :since',
      ExpressionAttributeNames: { '#spending': 'spending', '#updatedAt': 'updatedAt' },
      ExpressionAttributeValues: { ':spending': spending, ':since': since },
    })
  }

  async #batch(keys: readonly RecordKey[], attributes?: readonly string[]): Promise<readonly Attributes[]> {
    const items: Attributes[] = []
    let wanted: NonNullable<BatchGetCommandInput['RequestItems']> = {
      [this.#table]: {
        Keys: keys.map(({ pk, sk }) => ({ pk, sk })),
        ConsistentRead: true,
        ...(attributes && {
          ProjectionExpression: attributes.map((name) => `#${name}`).join(', '),
          ExpressionAttributeNames: Object.fromEntries(attributes.map((name) => [`#${name}`, name])),
        }),
      },
    }
    for (let tries = 1; ; tries += 1) {
      const { Responses, UnprocessedKeys } = await this.#dynamodb.send(new BatchGetCommand({ RequestItems: wanted }))
      items.push(...(Responses?.[this.#table] ?? []))
      const unread = UnprocessedKeys?.[this.#table]?.Keys?.length ?? 0
      if (UnprocessedKeys === undefined || unread === 0) return items
      if (tries === BATCH_TRIES) throw new RecordsUnreadError(this.#table, unread, tries)
      await backOff(tries, BATCH_BACKOFF)
      wanted = UnprocessedKeys
    }
  }

  async #query(query: QueryCommandInput, limit = Number.POSITIVE_INFINITY): Promise<Attributes[]> {
    const items: Attributes[] = []
    let from: QueryCommandInput['ExclusiveStartKey']
    do {
      const page = await this.#dynamodb.send(
        new QueryCommand({
          ...query,
          ...(from ? { ExclusiveStartKey: from } : {}),
          ...(Number.isFinite(limit) ? { Limit: limit - items.length } : {}),
        }),
      )
      items.push(...(page.Items ?? []))
      from = page.LastEvaluatedKey
    } while (from !== undefined && items.length < limit)
    return items
  }
}

function latestFirst(a: Attributes, b: Attributes): number {
  return String(b.since).localeCompare(String(a.since))
}

function endTheList(error: StoredObjectError): void {
  throw error
}

/** Names are taken from the expressions themselves: `#state` stands for the attribute `state`. */
function conditional({ condition, values }: Expression, change = '') {
  const names = new Set(`${change} ${condition}`.match(/#\w+/g))
  return {
    ConditionExpression: condition,
    ...(names.size > 0
      ? { ExpressionAttributeNames: Object.fromEntries([...names].map((name) => [name, name.slice(1)])) }
      : {}),
    ...(Object.keys(values).length > 0
      ? {
          ExpressionAttributeValues: Object.fromEntries(
            Object.entries(values).map(([name, value]) => [`:${name}`, value]),
          ),
        }
      : {}),
  }
}

async function held(write: () => Promise<void>): Promise<boolean> {
  try {
    await write()
    return true
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return false
    throw error
  }
}
