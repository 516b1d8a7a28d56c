import { Decimal } from '@weft/domain/decimal'
import type { SborValue } from '../../sbor.ts'
import { XRD } from '../addresses.ts'
import type { Arguments } from '../execution/arguments.ts'
import { type Bucket, type Execution, ExecutionError } from '../execution/execution.ts'
import type { Worktop } from '../execution/worktop.ts'
import { UNSTAKING_EPOCHS } from '../parameters.ts'
import type { ValidatorRecord } from '../records.ts'
import { nonFungibleKey } from '../store.ts'

/** Validators: staked XRD becomes LSU, LSU become a claim NFT, and that is XRD again once the unstaking period has passed. */
export function callValidator(
  execution: Execution,
  worktop: Worktop,
  validator: string,
  method: string,
  args: Arguments,
): SborValue {
  const record = execution.track.get(execution.store.validators, validator)
  if (!record) throw new ExecutionError(`ComponentNotFound: ${validator}`)
  const bucket = worktop.takeOne(args.bucket())
  args.end()
  switch (method) {
    case 'stake':
      return worktop.putAll([stake(execution, validator, record, bucket)])
    case 'unstake':
      return worktop.putAll([unstake(execution, validator, record, bucket)])
    case 'claim_xrd':
      return worktop.putAll([claim(execution, validator, record, bucket)])
    default:
      throw new ExecutionError(`MethodNotFound: a validator has no method "${method}"`)
  }
}

function stake(execution: Execution, validator: string, record: ValidatorRecord, xrd: Bucket): Bucket {
  if (xrd.kind !== 'fungible' || xrd.resource !== XRD)
    throw new ExecutionError('ValidatorError: only XRD can be staked')
  const units = xrd.amount.dividedBy(execution.market.lsuPrice(validator))
  execution.put(validator, xrd, 'stake')
  return execution.mint(record.lsu, units)
}

function unstake(execution: Execution, validator: string, record: ValidatorRecord, lsu: Bucket): Bucket {
  if (lsu.kind !== 'fungible' || lsu.resource !== record.lsu)
    throw new ExecutionError(`ValidatorError(InvalidUnstake): ${lsu.resource} is not this validator's LSU`)
  const claimAmount = lsu.amount.times(execution.market.lsuPrice(validator))
  execution.burn(lsu)
  execution.put(validator, execution.takeAmount(validator, XRD, claimAmount, 'stake'), 'pending')
  return execution.mintNonFungible(record.claimNft, {
    kind: 'claim',
    name: 'Stake Claim',
    claimEpoch: execution.epoch + UNSTAKING_EPOCHS,
    claimAmount,
  })
}

function claim(execution: Execution, validator: string, record: ValidatorRecord, nfts: Bucket): Bucket {
  if (nfts.kind !== 'non-fungible' || nfts.resource !== record.claimNft)
    throw new ExecutionError(`ValidatorError(InvalidClaimResource): ${nfts.resource}`)
  let total = Decimal.ZERO
  for (const id of nfts.ids) {
    const data = execution.track.get(execution.store.nonFungibles, nonFungibleKey(nfts.resource, id))
    if (data?.kind !== 'claim') throw new ExecutionError(`NonFungibleNotFound: ${id}`)
    if (execution.epoch < data.claimEpoch)
      throw new ExecutionError(
        `ValidatorError(EpochUnlockHasNotOccurredYet): epoch ${execution.epoch} of ${data.claimEpoch}`,
      )
    total = total.plus(data.claimAmount)
  }
  execution.burn(nfts)
  return execution.takeAmount(validator, XRD, total, 'pending')
}
