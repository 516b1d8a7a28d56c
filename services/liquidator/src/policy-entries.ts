import { CdpId, ConfigError, ResourceAddress } from '@weft/domain'
import { isAddressOf } from '@weft/radix'
import * as z from 'zod'

/** An expiry before this (2020) is in seconds instead of milliseconds, one after it (2100) in microseconds: both would forbid nobody. */
const EARLIEST_MS = 1_577_836_800_000
const LATEST_MS = 4_102_444_800_000

/**
 * One line of the deny or allow list. Its subject is spelled as the ledger spells it: an entry for `1`, ` #1# ` or `xUSDC` would match
 * nothing, and the operator would believe that it does.
 */
export const PolicyEntry = z.strictObject({
  subject: z
    .string()
    .refine(
      (text) => CdpId.safeParse(text).success || ResourceAddress.safeParse(text).success,
      'expected a CDP id such as #42# or a resource address (resource_…1…)',
    ),
  reason: z.string().min(1),
  expiresAtMs: z
    .int()
    .min(EARLIEST_MS, 'expected unix milliseconds; this looks like seconds')
    .max(LATEST_MS, 'expected unix milliseconds, before the year 2100')
    .nullable(),
})
export type PolicyEntry = z.infer<typeof PolicyEntry>

/** @throws {ConfigError} naming each listed resource that is of another network than the service runs on. */
export function refuseForeignSubjects(
  lists: { readonly denied: readonly PolicyEntry[]; readonly allowed: readonly PolicyEntry[] },
  networkId: number,
): void {
  const problems = (['denied', 'allowed'] as const).flatMap((name) =>
    lists[name]
      .filter(({ subject }) => !CdpId.safeParse(subject).success && !isAddressOf(subject, networkId))
      .map(({ subject }) => `WEFT_LIQUIDATION_POLICY.${name}: ${subject} is an address of another network`),
  )
  if (problems.length > 0) throw new ConfigError('The liquidation policy cannot be used', problems)
}
