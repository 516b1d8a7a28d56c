import * as z from 'zod'

/** Bech32m addresses, told apart by their entity prefix; the checksum is verified where transactions are built. */
export const ResourceAddress = z
  .string()
  .regex(/^resource_[a-z0-9_]+1[a-z0-9]{6,}$/, 'expected a resource address (resource_…1…)')
  .brand<'ResourceAddress'>()
export type ResourceAddress = z.infer<typeof ResourceAddress>

export const ComponentAddress = z
  .string()
  .regex(/^component_[a-z0-9_]+1[a-z0-9]{6,}$/, 'expected a component address (component_…1…)')
  .brand<'ComponentAddress'>()
export type ComponentAddress = z.infer<typeof ComponentAddress>

export const AccountAddress = z
  .string()
  .regex(/^account_[a-z0-9_]+1[a-z0-9]{6,}$/, 'expected an account address (account_…1…)')
  .brand<'AccountAddress'>()
export type AccountAddress = z.infer<typeof AccountAddress>

export const ValidatorAddress = z
  .string()
  .regex(/^validator_[a-z0-9_]+1[a-z0-9]{6,}$/, 'expected a validator address (validator_…1…)')
  .brand<'ValidatorAddress'>()
export type ValidatorAddress = z.infer<typeof ValidatorAddress>

/** Local id of a CDP: `#1#`, `#2#`, … */
export const CdpId = z
  .string()
  .regex(/^#[1-9]\d{0,15}#$/, 'expected a CDP id such as #42#')
  .brand<'CdpId'>()
export type CdpId = z.infer<typeof CdpId>

/** Local id of any non-fungible: `#1#`, `<name>`, `[hex]` or `{ruid}`. */
export const NonFungibleLocalId = z
  .string()
  .regex(/^(#\d+#|<[^<>]+>|\[[0-9a-f]*\]|\{[0-9a-f-]+\})$/, 'expected a non-fungible local id')
  .brand<'NonFungibleLocalId'>()
export type NonFungibleLocalId = z.infer<typeof NonFungibleLocalId>

/** Hash of a transaction intent, `txid_…1…`: what the ledger commits at most once. */
export const IntentHash = z
  .string()
  .regex(/^txid_[a-z0-9_]+1[a-z0-9]{6,}$/, 'expected an intent hash (txid_…1…)')
  .brand<'IntentHash'>()
export type IntentHash = z.infer<typeof IntentHash>

export function cdpIdOf(number: number): CdpId {
  return CdpId.parse(`#${number}#`)
}

/** The integer inside a CDP id; ids are dense from 1 to the market's `cdp_counter`. */
export function cdpNumber(id: CdpId): number {
  return Number(id.slice(1, -1))
}
