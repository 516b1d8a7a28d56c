import { LedgerDataError, ResourceAddress, type ValidatorAddress, type ValidatorStake } from '@weft/domain'
import { Decimal } from '@weft/domain/decimal'
import * as z from 'zod'
import { amountAt } from '../gateway/amount-at.ts'
import type { PinnedReads } from '../gateway/pinned-reads.ts'

/** A validator's state as the Core API models it: the Gateway passes native components through (names unverified on a live Gateway). */
const ValidatorState = z.object({
  stake_unit_resource_address: ResourceAddress,
  claim_token_resource_address: ResourceAddress,
  stake_xrd_vault: z.object({ entity_address: z.string() }),
})

/** Stakes without the LSU's supply, which stands with the resource. */
export type StakeBeforeSupply = Omit<ValidatorStake, 'lsuSupply'>

/** Reads each validator's LSU, claim NFT and staked XRD. @throws {LedgerDataError} when one is no validator. */
export async function validatorStakes(
  validators: readonly ValidatorAddress[],
  reads: PinnedReads,
): Promise<ReadonlyMap<ValidatorAddress, StakeBeforeSupply>> {
  const entities = await reads.entities(validators)
  const states = validators.map((address) => {
    const details = entities.get(address)?.details
    const parsed = ValidatorState.safeParse(details?.type === 'Component' ? details.state : undefined)
    if (!parsed.success)
      throw new LedgerDataError(`state of validator ${address}`, z.prettifyError(parsed.error), parsed.error)
    return { address, state: parsed.data }
  })
  const balances = await reads.vaultBalances(states.map(({ state }) => state.stake_xrd_vault.entity_address))
  return new Map(
    states.map(({ address, state }) => [
      address,
      {
        lsu: state.stake_unit_resource_address,
        claimNft: state.claim_token_resource_address,
        stakedXrd: balances.get(state.stake_xrd_vault.entity_address) ?? Decimal.ZERO,
      },
    ]),
  )
}

export interface FungibleFacts {
  readonly divisibility: number
  readonly supply: Decimal
}

/** Divisibility and supply of fungible resources. @throws {LedgerDataError} when one is missing or not fungible. */
export async function fungibleFacts(
  resources: readonly ResourceAddress[],
  reads: PinnedReads,
): Promise<ReadonlyMap<ResourceAddress, FungibleFacts>> {
  const entities = await reads.entities(resources)
  return new Map(
    resources.map((resource) => {
      const details = entities.get(resource)?.details
      if (details?.type !== 'FungibleResource')
        throw new LedgerDataError(
          `resource ${resource} at state version ${reads.stateVersion}`,
          'it is no fungible resource',
        )
      return [
        resource,
        { divisibility: details.divisibility, supply: amountAt(`total supply of ${resource}`, details.total_supply) },
      ]
    }),
  )
}
