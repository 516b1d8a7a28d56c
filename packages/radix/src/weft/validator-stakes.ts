import { type NftKind, ResourceAddress, ValidatorAddress, type ValidatorStake } from '@weft/domain'
import type { Decimal } from '@weft/domain/decimal'
import * as z from 'zod'
import { amountAt } from '../gateway/amount-at.ts'
import type { PinnedReads } from '../gateway/pinned-reads.ts'
import type { TolerantReads } from './tolerant-reads.ts'

/** What the Gateway says of an LSU by itself: the engine's own rate, absent while none exist. */
const NativeLsu = z.object({
  kind: z.literal('ValidatorLiquidStakeUnit'),
  validator_address: ValidatorAddress,
  unit_redemption_value: z.array(z.object({ resource_address: ResourceAddress, amount: z.string().nullish() })),
})

/** A validator's state as the Core API models it: the Gateway passes native components through. */
const ValidatorState = z.object({ claim_token_resource_address: ResourceAddress })

/**
 * What each LSU redeems for, by its validator; one of which the Gateway says nothing is noted by its LSU.
 * @param claimNfts by validator, as {@link claimNftsOf} found them.
 */
export async function validatorStakes(
  lsus: readonly ResourceAddress[],
  claimNfts: ReadonlyMap<ValidatorAddress, ResourceAddress>,
  reads: TolerantReads,
): Promise<Map<ValidatorAddress, ValidatorStake>> {
  reads.begin('validators')
  const entities = await reads.entities(lsus)
  const stakes = new Map<ValidatorAddress, ValidatorStake>()
  for (const lsu of lsus) {
    const details = entities.get(lsu)?.details
    const native = NativeLsu.safeParse(
      details?.type === 'FungibleResource' ? details.native_resource_details : undefined,
    )
    if (!native.success) {
      reads.note('validators', lsu, `the Gateway does not value this LSU: ${z.prettifyError(native.error)}`)
      continue
    }
    const { validator_address: validator, unit_redemption_value: values } = native.data
    const amount = values[0]?.amount
    stakes.set(validator, {
      lsu,
      claimNft: claimNfts.get(validator) ?? null,
      redemptionXrd: amount ? amountAt(`redemption value of ${lsu}`, amount) : null,
    })
  }
  return stakes
}

/**
 * Claim NFT of each validator: as the market met it, else as the validator's own state names it. One whose state is of another shape is
 * absent: its LSU are then judged and sold, and not unstaked.
 */
export async function claimNftsOf(
  validators: readonly ValidatorAddress[],
  nftKinds: ReadonlyMap<ResourceAddress, NftKind>,
  reads: PinnedReads,
): Promise<Map<ValidatorAddress, ResourceAddress>> {
  const known = new Map(
    [...nftKinds].flatMap(([nft, kind]) => (kind.kind === 'claim-nft' ? [[kind.validator, nft] as const] : [])),
  )
  const entities = await reads.entities(validators.filter((validator) => !known.has(validator)))
  for (const [address, { details }] of entities) {
    const state = ValidatorState.safeParse(details?.type === 'Component' ? details.state : undefined)
    if (state.success) known.set(ValidatorAddress.parse(address), state.data.claim_token_resource_address)
  }
  return known
}

export interface FungibleFacts {
  readonly divisibility: number
  readonly supply: Decimal
}

/** Divisibility and supply of fungible resources; one that is no such resource is noted and absent. */
export async function fungibleFacts(
  resources: readonly ResourceAddress[],
  reads: TolerantReads,
): Promise<ReadonlyMap<ResourceAddress, FungibleFacts>> {
  const entities = await reads.pinned.entities(resources)
  const facts = new Map<ResourceAddress, FungibleFacts>()
  for (const resource of resources) {
    const details = entities.get(resource)?.details
    if (details?.type === 'FungibleResource')
      facts.set(resource, {
        divisibility: details.divisibility,
        supply: amountAt(`total supply of ${resource}`, details.total_supply),
      })
    else reads.note('divisibilities', resource, 'it is no fungible resource')
  }
  return facts
}
