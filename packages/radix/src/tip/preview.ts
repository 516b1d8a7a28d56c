import type { TransactionPreviewRequest } from '@radixdlt/babylon-gateway-api-sdk'
import { LedgerDataError, type PreviewOutcome, ResourceAddress } from '@weft/domain'
import { Decimal } from '@weft/domain/decimal'
import * as z from 'zod'
import { amountAt } from '../gateway/amount-at.ts'
import type { GatewayClient } from '../gateway/gateway-client.ts'
import { lockFeeInstructions } from './lock-fee-instructions.ts'

/** What the SDK leaves untyped: the Core API's receipt and the vault changes by manifest instruction. */
const PreviewAnswer = z.object({
  receipt: z.object({
    status: z.enum(['Succeeded', 'Failed', 'Rejected']),
    error_message: z.string().nullish(),
    fee_summary: z
      .object({
        xrd_total_execution_cost: z.string(),
        xrd_total_finalization_cost: z.string(),
        xrd_total_storage_cost: z.string(),
        xrd_total_royalty_cost: z.string(),
        xrd_total_tipping_cost: z.string(),
      })
      .nullish(),
    output: z.array(z.object({ programmatic_json: z.unknown() })).nullish(),
  }),
  resource_changes: z.array(
    z.object({
      index: z.int(),
      resource_changes: z.array(
        z.object({
          resource_address: ResourceAddress,
          component_entity: z.object({ entity_address: z.string() }),
          amount: z.string(),
        }),
      ),
    }),
  ),
})
type PreviewAnswer = z.infer<typeof PreviewAnswer>

/** How a preview is asked: all else is the same for every one. */
export interface PreviewTerms {
  /** Read-only calls lock no fee and live on credit; a dry run of a real transaction must pay its own. */
  readonly fee: 'on-credit' | 'as-locked'
}

/** The Gateway demands all of this, more than its schema says; the epochs only have to be valid because their check is skipped. */
function requestFor(manifest: string, { fee }: PreviewTerms): TransactionPreviewRequest {
  return {
    manifest,
    start_epoch_inclusive: 1,
    end_epoch_exclusive: 2,
    tip_percentage: 0,
    nonce: 1,
    signer_public_keys: [],
    flags: {
      use_free_credit: fee === 'on-credit',
      assume_all_signature_proofs: fee === 'as-locked',
      skip_epoch_check: true,
      disable_auth_checks: false,
    },
  }
}

async function ask(client: GatewayClient, manifest: string, terms: PreviewTerms, signal?: AbortSignal) {
  const parsed = PreviewAnswer.safeParse(await client.preview(requestFor(manifest, terms), signal))
  if (!parsed.success) throw new LedgerDataError('/transaction/preview', z.prettifyError(parsed.error), parsed.error)
  return parsed.data
}

export type ReadOutcome =
  /** One value per instruction, as nameless `programmatic_json`. */
  | { readonly kind: 'succeeded'; readonly outputs: readonly unknown[] }
  | { readonly kind: 'failed'; readonly error: string }

/** Calls read-only methods at the ledger's tip. @throws {LedgerDataError} and what {@link GatewayClient} throws. */
export async function previewRead(client: GatewayClient, manifest: string, signal?: AbortSignal): Promise<ReadOutcome> {
  const { receipt } = await ask(client, manifest, { fee: 'on-credit' }, signal)
  if (receipt.status !== 'Succeeded') return { kind: 'failed', error: errorOf(receipt) }
  return { kind: 'succeeded', outputs: (receipt.output ?? []).map((output) => output.programmatic_json) }
}

/**
 * Dry run of a transaction that pays its own fee, as if its signatures were there. The fee is left out of the changes: locks are
 * attributed to their `lock_fee` instruction (unverified on a live Gateway), and {@link PreviewOutcome} reports the fee by itself.
 * @throws {LedgerDataError} and what {@link GatewayClient} throws.
 */
export async function previewTransaction(client: GatewayClient, manifest: string): Promise<PreviewOutcome> {
  const answer = await ask(client, manifest, { fee: 'as-locked' })
  const { receipt } = answer
  if (receipt.status !== 'Succeeded') return { kind: 'failed', error: errorOf(receipt) }
  if (!receipt.fee_summary) throw new LedgerDataError('/transaction/preview', 'a succeeded receipt has no fee summary')
  const feeXrd = Decimal.sum(
    Object.entries(receipt.fee_summary).map(([name, part]) => amountAt(`${name} of a preview`, part)),
  )
  return { kind: 'succeeded', feeXrd, changes: netChanges(answer, lockFeeInstructions(manifest)) }
}

function netChanges(answer: PreviewAnswer, feeInstructions: ReadonlySet<number>) {
  const net = new Map<string, { entity: string; resource: ResourceAddress; amount: Decimal }>()
  for (const { index, resource_changes: changes } of answer.resource_changes) {
    if (feeInstructions.has(index)) continue
    for (const change of changes) {
      const entity = change.component_entity.entity_address
      const resource = change.resource_address
      const before = net.get(`${entity} ${resource}`)?.amount ?? Decimal.ZERO
      net.set(`${entity} ${resource}`, {
        entity,
        resource,
        amount: before.plus(amountAt(`change of ${resource} in a preview`, change.amount)),
      })
    }
  }
  return [...net.values()].filter(({ amount }) => !amount.isZero())
}

function errorOf({ status, error_message: message }: PreviewAnswer['receipt']): string {
  return `${status}: ${message ?? 'no reason given'}`.slice(0, 2_000)
}
