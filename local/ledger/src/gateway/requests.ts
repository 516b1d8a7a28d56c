import { z } from 'zod'
import { invalidRequest, malformedRequest } from './errors.ts'
import { humanReadablePart } from './network-address.ts'

/** The Gateway's own limits; what its mainnet deployment runs with is *unverified*. */
export const MAX_PAGE_SIZE = 100
export const MAX_ENTITY_ADDRESSES = 20
const MAX_STREAM_FILTERS = 10
const MAX_EXPLICIT_METADATA = 20
const MAX_EPOCH = 10_000_000_000
const MAX_STATE_VERSION = 100_000_000_000_000
/** Engine rule: a transaction may be valid for 30 days of 5-minute epochs. */
const MAX_EPOCH_RANGE = 8640
const MAX_NONCE = 4_294_967_295

export type RequestSchemas = ReturnType<typeof requestSchemas>
export type Request<Name extends keyof RequestSchemas> = z.output<RequestSchemas[Name]>
export type LedgerStateSelector = NonNullable<Request<'nonFungibleData'>['at_ledger_state']>

/**
 * What each endpoint accepts, for the network whose human-readable parts end with `ending`. Unknown properties are ignored and
 * `null` counts as absent, as at the Gateway; where its validators are stricter than its OpenAPI document, so are these.
 */
export function requestSchemas(ending: string) {
  const address = z
    .string()
    .refine((text) => humanReadablePart(text)?.endsWith(`_${ending}`) === true, `must be an address of this network`)
  const transactionHash = z
    .string()
    .refine((text) => humanReadablePart(text) === `txid_${ending}`, 'must be a transaction id of this network')

  const pinnable = { at_ledger_state: optional(ledgerStateSelector) }
  const page = { ...pinnable, cursor: optional(z.string()), limit_per_page: pageSize }
  const nonFungibles = z.object({
    resource_address: address,
    non_fungible_ids: z.array(z.string()).min(1).max(MAX_PAGE_SIZE),
    ...pinnable,
  })
  const addresses = optional(z.array(address))

  return {
    nonFungibleIds: z.object({ resource_address: address, ...page }),
    nonFungibleData: nonFungibles,
    nonFungibleLocation: nonFungibles,
    keyValueStoreKeys: z.object({ key_value_store_address: address, ...page }),
    keyValueStoreData: z.object({
      key_value_store_address: address,
      keys: z
        .array(z.object({ key_hex: optional(hexText), key_json: optional(z.unknown()) }))
        .min(1)
        .max(MAX_PAGE_SIZE),
      ...pinnable,
    }),
    entityDetails: z.object({
      addresses: z.array(address).min(1).max(MAX_ENTITY_ADDRESSES),
      aggregation_level: optional(z.enum(['Global', 'Vault'])),
      opt_ins: optional(
        z.object({
          ancestor_identities: optional(z.boolean()),
          non_fungible_include_nfids: optional(z.boolean()),
          native_resource_details: optional(z.boolean()),
          explicit_metadata: optional(z.array(z.string().max(100)).max(MAX_EXPLICIT_METADATA)),
        }),
      ),
      ...pinnable,
    }),
    fungibleVaults: z.object({ address, resource_address: address, ...page }),
    nonFungibleVaultIds: z.object({ address, vault_address: address, resource_address: address, ...page }),
    streamTransactions: z
      .object({
        ...pinnable,
        from_ledger_state: optional(ledgerStateSelector),
        cursor: optional(z.string()),
        limit_per_page: pageSize,
        order: optional(z.enum(['Asc', 'Desc'])),
        kind_filter: optional(z.enum(['User', 'EpochChange', 'All'])),
        transaction_status_filter: optional(z.enum(['Success', 'Failure', 'All'])),
        affected_global_entities_filter: addresses,
        event_global_emitters_filter: addresses,
        balance_change_resources_filter: addresses,
        manifest_accounts_withdrawn_from_filter: addresses,
        manifest_accounts_deposited_into_filter: addresses,
        manifest_badges_presented_filter: addresses,
        manifest_resources_filter: addresses,
        accounts_with_manifest_owner_method_calls: addresses,
        accounts_without_manifest_owner_method_calls: addresses,
        events_filter: optional(
          z.array(
            z.object({
              event: z.enum(['Deposit', 'Withdrawal']),
              emitter_address: optional(address),
              resource_address: optional(address),
            }),
          ),
        ),
        manifest_class_filter: optional(
          z.object({ class: manifestClass, match_only_most_specific: optional(z.boolean()) }),
        ),
        opt_ins: optional(transactionOptIns),
      })
      .refine((request) => countedFilters(request) <= MAX_STREAM_FILTERS, {
        path: [],
        message: `The number of filters must not be greater than ${MAX_STREAM_FILTERS}.`,
      }),
    transactionPreview: z.object({
      manifest: z.string().min(1),
      // The Gateway's model is stricter than its document here: 0 or missing counts as empty.
      nonce: z.int().positive().max(MAX_NONCE),
      signer_public_keys: z.array(publicKey),
      flags: z.object({
        use_free_credit: optional(z.boolean()),
        assume_all_signature_proofs: optional(z.boolean()),
        skip_epoch_check: optional(z.boolean()),
        disable_auth_checks: optional(z.boolean()),
      }),
      // Absent epochs reach the node as 0 (inferred from the Gateway's code, unverified live).
      start_epoch_inclusive: zeroIfAbsent(MAX_EPOCH),
      end_epoch_exclusive: zeroIfAbsent(MAX_EPOCH),
      tip_percentage: zeroIfAbsent(255),
      notary_public_key: optional(publicKey),
      notary_is_signatory: optional(z.boolean()),
      blobs_hex: optional(z.array(hexText)),
    }),
    transactionSubmit: z.object({ notarized_transaction_hex: hexText.min(2) }),
    transactionStatus: z.object({ intent_hash: transactionHash }),
    transactionCommittedDetails: z.object({
      intent_hash: transactionHash,
      opt_ins: optional(transactionOptIns),
      ...pinnable,
    }),
  }
}

/** Why the node's static validation refuses an epoch range, `undefined` when it is fine. */
export function epochRangeProblem(startInclusive: number, endExclusive: number): string | undefined {
  if (endExclusive <= startInclusive || endExclusive - startInclusive > MAX_EPOCH_RANGE)
    return `Transaction validation error: InvalidEpochRange (start ${startInclusive}, end ${endExclusive})`
  return undefined
}

/**
 * `body` as `schema` has it.
 * @throws {GatewayError} 400 with the C# property paths the Gateway would name.
 */
export function parseRequest<Schema extends z.ZodType>(schema: Schema, body: unknown): z.output<Schema> {
  if (typeof body !== 'object' || body === null || Array.isArray(body))
    throw malformedRequest('The request body must be a JSON object.')
  const parsed = schema.safeParse(body)
  if (parsed.success) return parsed.data
  const byPath = new Map<string, string[]>()
  for (const issue of parsed.error.issues) {
    const path = csharpPath(issue)
    byPath.set(path, [...(byPath.get(path) ?? []), issue.message])
  }
  throw invalidRequest([...byPath].map(([path, errors]) => ({ path, errors })))
}

const hexText = z.string().regex(/^(?:[0-9a-fA-F]{2})*$/, 'must be hex with an even number of digits')

/** Above the maximum the page size is cut to it without a word; at or below zero it is an error. */
const pageSize = z
  .int()
  .positive()
  .nullish()
  .transform((size) => Math.min(size ?? MAX_PAGE_SIZE, MAX_PAGE_SIZE))

const ledgerStateSelector = z
  .object({
    state_version: optional(z.int().positive().max(MAX_STATE_VERSION)),
    timestamp: optional(
      z.iso.datetime({ offset: true, error: 'must be an ISO 8601 timestamp' }).transform((text) => Date.parse(text)),
    ),
    epoch: optional(z.int().positive().max(MAX_EPOCH)),
    round: optional(z.int().positive().max(MAX_EPOCH)),
  })
  .refine(
    ({ state_version, timestamp, epoch, round }) =>
      [state_version, timestamp, epoch].filter((form) => form !== undefined).length === 1 &&
      (round === undefined || epoch !== undefined),
    'exactly one of state_version, timestamp, epoch, or epoch and round must be given',
  )

const publicKey = z.discriminatedUnion('key_type', [
  z.object({ key_type: z.literal('EddsaEd25519'), key_hex: z.string().regex(/^[0-9a-fA-F]{64}$/) }),
  z.object({ key_type: z.literal('EcdsaSecp256k1'), key_hex: z.string().regex(/^[0-9a-fA-F]{66}$/) }),
])

const manifestClass = z.enum([
  'General',
  'Transfer',
  'PoolContribution',
  'PoolRedemption',
  'ValidatorStake',
  'ValidatorUnstake',
  'ValidatorClaim',
  'AccountDepositSettingsUpdate',
])

const transactionOptIns = z.object({
  raw_hex: optional(z.boolean()),
  receipt_state_changes: optional(z.boolean()),
  receipt_fee_summary: optional(z.boolean()),
  receipt_fee_source: optional(z.boolean()),
  receipt_fee_destination: optional(z.boolean()),
  receipt_costing_parameters: optional(z.boolean()),
  receipt_events: optional(z.boolean()),
  detailed_events: optional(z.boolean()),
  receipt_output: optional(z.boolean()),
  affected_global_entities: optional(z.boolean()),
  manifest_instructions: optional(z.boolean()),
  balance_changes: optional(z.boolean()),
})
export type TransactionOptIns = Partial<z.output<typeof transactionOptIns>>

/** Each array item and a given kind filter count; balance change and status filters do not. */
function countedFilters(request: Readonly<Record<string, unknown>>): number {
  let count = 0
  for (const [name, value] of Object.entries(request)) {
    if (name === 'kind_filter' && value !== undefined) count += 1
    if (Array.isArray(value) && name !== 'balance_change_resources_filter') count += value.length
  }
  return count
}

function zeroIfAbsent(most: number) {
  return z
    .int()
    .nonnegative()
    .max(most)
    .nullish()
    .transform((value) => value ?? 0)
}

/** Absent and `null` both read as `undefined`. */
function optional<Schema extends z.ZodType>(schema: Schema) {
  return schema.nullish().transform((value) => value ?? undefined)
}

/** `non_fungible_ids` → `NonFungibleIds.Count`, `addresses[0]` → `Addresses[0]`. */
function csharpPath(issue: z.core.$ZodIssue): string {
  let path = ''
  for (const part of issue.path) {
    if (typeof part === 'number') path += `[${part}]`
    else path += `${path === '' ? '' : '.'}${pascalCase(String(part))}`
  }
  const isCount = (issue.code === 'too_big' || issue.code === 'too_small') && issue.origin === 'array'
  return isCount ? `${path}.Count` : path
}

function pascalCase(snake: string): string {
  return snake.replace(/(?:^|_)([a-z])/g, (_, letter: string) => letter.toUpperCase())
}
