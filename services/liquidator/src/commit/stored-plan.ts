import {
  type ConsideredAlternative,
  decimalText,
  type LiquidationPlan,
  mapOf,
  ResourceAddress,
  StoredObjectError,
} from '@weft/domain'
import * as z from 'zod'
import { mostProfitable } from '../outcome/most-profitable.ts'

const StoredAlternative = z.object({
  label: z.string(),
  verdict: z.enum(['chosen', 'less-profitable', 'impossible']),
  profitXrd: decimalText.nullable(),
  why: z.string(),
})

/**
 * A plan as the journal keeps it: for people, and for whoever finishes the execution after a crash. The values per unit are those of
 * the plan, so that realised and expected profit speak of the same prices.
 */
export const StoredPlan = z.object({
  exit: z.enum(['hold', 'dex', 'unstake', 'pool-withdrawal']),
  payment: z.object({
    resource: ResourceAddress,
    amount: decimalText,
    fromFlashLoan: decimalText,
    fromWallet: decimalText,
  }),
  seizures: z.array(
    z.object({
      resource: ResourceAddress,
      shape: z.enum(['token', 'deposit-unit', 'lsu', 'nft']),
      amount: decimalText,
      valueXrd: decimalText,
    }),
  ),
  terms: z.object({
    proceedsXrd: decimalText,
    paidXrd: decimalText,
    flashLoanFeeXrd: decimalText,
    networkFeeXrd: decimalText,
    compensationXrd: decimalText,
    profitXrd: decimalText,
  }),
  expectedChanges: mapOf(ResourceAddress, decimalText),
  unitValuesXrd: mapOf(ResourceAddress, decimalText),
  alternatives: z.array(StoredAlternative),
})
export type StoredPlan = z.infer<typeof StoredPlan>

export function storedPlan(
  plan: LiquidationPlan,
  alternatives: readonly ConsideredAlternative[],
  unitValuesXrd: StoredPlan['unitValuesXrd'],
): StoredPlan {
  return {
    exit: plan.exit,
    payment: { ...plan.payment },
    seizures: plan.seizures.map((each) => ({ ...each })),
    terms: { ...plan.terms },
    expectedChanges: new Map(plan.expectedChanges),
    unitValuesXrd,
    alternatives: mostProfitable(alternatives),
  }
}

export function planToJson(plan: StoredPlan): string {
  return JSON.stringify(StoredPlan.encode(plan))
}

/** @throws {StoredObjectError} when the journal holds something else. */
export function planFromJson(text: string, where: string): StoredPlan {
  try {
    return StoredPlan.decode(JSON.parse(text))
  } catch (error) {
    throw new StoredObjectError(where, 'the stored plan does not parse', error)
  }
}
