import { PutCommand, ScanCommand } from '@aws-sdk/lib-dynamodb'
import type { AwsClients } from '../src/aws-clients.ts'

/** `value` as a later release may write it: every object has one more field. Maps keep their keys, which are data. */
export function aged(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(aged)
  if (value === null || typeof value !== 'object') return value
  const fields = Object.entries(value).map(([key, each]) => [key, aged(each)] as const)
  const isMap = fields.length === 0 || fields.some(([key]) => /^(?:resource|validator|component)_|^\d+$/.test(key))
  return Object.fromEntries(isMap ? fields : [...fields, ['addedByALaterRelease', { of: ['any', 'shape'] }]])
}

/** Rewrites every item of the table as a later release would have written it. */
export async function ageTable(
  dynamodb: AwsClients['dynamodb'],
  table: string,
  change: (item: Record<string, unknown>) => unknown = aged,
): Promise<number> {
  const { Items = [] } = await dynamodb.send(new ScanCommand({ TableName: table }))
  for (const item of Items)
    await dynamodb.send(new PutCommand({ TableName: table, Item: change(item) as Record<string, unknown> }))
  return Items.length
}
