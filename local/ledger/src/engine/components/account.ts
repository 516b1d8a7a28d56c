import type { Decimal } from '@weft/domain/decimal'
import type { SborValue } from '../../sbor.ts'
import { ADDRESSES } from '../addressbook.ts'
import type { Arguments } from '../execution/arguments.ts'
import { type Bucket, type Execution, ExecutionError } from '../execution/execution.ts'
import type { Worktop } from '../execution/worktop.ts'
import { UNIT } from '../rendering/build.ts'

/** Locks XRD of an account for the transaction's fee. */
export type LockFee = (account: string, amount: Decimal) => void

/** Accounts as the native blueprint has them; owners must have signed for everything but the `try_deposit` methods. */
export function callAccount(
  execution: Execution,
  worktop: Worktop,
  lockFee: LockFee,
  account: string,
  method: string,
  args: Arguments,
): SborValue {
  if (!method.startsWith('try_deposit')) execution.requireOwner(account)
  switch (method) {
    case 'lock_fee':
      lockFee(account, args.decimal())
      break
    case 'lock_fee_and_withdraw':
      lockFee(account, args.decimal())
      worktop.put(execution.takeAmount(account, args.address(), args.decimal()))
      break
    case 'withdraw':
      worktop.put(execution.takeAmount(account, args.address(), args.decimal()))
      break
    case 'withdraw_non_fungibles':
      worktop.put(execution.takeIds(account, args.address(), args.localIds()))
      break
    case 'deposit':
    case 'try_deposit_or_abort':
      putInto(execution, account, [worktop.takeOne(args.bucket())])
      if (method === 'try_deposit_or_abort') args.option((inner) => inner.take())
      break
    case 'deposit_batch':
    case 'try_deposit_batch_or_abort':
      putInto(execution, account, worktop.take(args.buckets()))
      if (method === 'try_deposit_batch_or_abort') args.option((inner) => inner.take())
      break
    case 'create_proof_of_amount': {
      const resource = args.address()
      const amount = args.decimal()
      if (execution.balance(account, resource).lt(amount))
        throw new ExecutionError(
          `VaultError(ProofError(InsufficientBalance)): ${account} has less than ${amount} of ${resource}`,
        )
      execution.authZone.push({ kind: 'amount', resource, amount })
      break
    }
    case 'create_proof_of_non_fungibles': {
      const resource = args.address()
      const held = execution.track.get(execution.store.nonFungibleVaults, `${account}|${resource}`) ?? []
      const ids = args.localIds()
      for (const id of ids)
        if (!held.includes(id)) throw new ExecutionError(`VaultError(ProofError): ${account} does not hold ${id}`)
      execution.authZone.push({ kind: 'ids', resource, ids })
      break
    }
    default:
      throw new ExecutionError(`MethodNotFound: an account has no method "${method}"`)
  }
  args.end()
  return UNIT
}

function putInto(execution: Execution, account: string, buckets: readonly Bucket[]): void {
  for (const bucket of buckets) {
    if (bucket.resource === ADDRESSES.loanTermResource)
      throw new ExecutionError('AuthError(Unauthorized): the loan term NFT cannot be deposited; repay the flash loan')
    execution.put(account, bucket)
  }
}
