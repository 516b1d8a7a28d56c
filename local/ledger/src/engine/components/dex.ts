import { Decimal } from '@weft/domain/decimal'
import type { SborValue } from '../../sbor.ts'
import { ADDRESSES } from '../addressbook.ts'
import { XRD } from '../addresses.ts'
import type { Arguments } from '../execution/arguments.ts'
import { type Bucket, type Execution, ExecutionError } from '../execution/execution.ts'
import type { Worktop } from '../execution/worktop.ts'
import { DEX_FEE_RATE } from '../parameters.ts'
import type { DexPool } from '../records.ts'
import { decimal, mapByAddress, reference, struct } from '../rendering/build.ts'
import { dexPool } from '../rendering/market-values.ts'
import { nonFungibleKey } from '../store.ts'

/** A DEX of constant-product pools, each of one token against XRD, 0.3 % fee; token to token goes through XRD. */
export function callDex(execution: Execution, worktop: Worktop, method: string, args: Arguments): SborValue {
  switch (method) {
    case 'swap': {
      const given = worktop.takeOne(args.bucket())
      const wanted = args.address()
      args.end()
      return worktop.putAll([swap(execution, given, wanted)])
    }
    case 'remove_liquidity': {
      const receipts = worktop.takeOne(args.bucket())
      args.end()
      return worktop.putAll(removeLiquidity(execution, receipts))
    }
    case 'get_quote': {
      const resource = args.address()
      const amount = args.decimal()
      const wanted = args.address()
      args.end()
      return decimal(quote(execution, resource, amount, wanted))
    }
    case 'get_pools': {
      args.end()
      const pools = [...execution.store.dexPools.keys()].flatMap((token) => {
        const pool = execution.track.get(execution.store.dexPools, token)
        return pool ? [[token, pool] as const] : []
      })
      return mapByAddress('Tuple', new Map(pools), dexPool)
    }
    default:
      throw new ExecutionError(`MethodNotFound: the DEX has no method "${method}"`)
  }
}

function removeLiquidity(execution: Execution, receipts: Bucket): Bucket[] {
  if (receipts.kind !== 'non-fungible' || receipts.resource !== ADDRESSES.liquidityReceipt)
    throw new ExecutionError(`NotALiquidityReceipt: ${receipts.resource}`)
  const withdrawn = receipts.ids.flatMap((id) => {
    const data = execution.track.get(execution.store.nonFungibles, nonFungibleKey(receipts.resource, id))
    if (data?.kind !== 'receipt') throw new ExecutionError(`NonFungibleNotFound: ${id}`)
    return [...data.underlying].map(([resource, amount]) =>
      execution.takeAmount(ADDRESSES.dex, resource, amount, 'receipts'),
    )
  })
  execution.burn(receipts)
  return withdrawn
}

function swap(execution: Execution, given: Bucket, wanted: string): Bucket {
  if (given.kind !== 'fungible') throw new ExecutionError(`PoolNotFound: ${given.resource}`)
  if (given.resource === wanted) return given
  const through = given.resource === XRD || wanted === XRD ? undefined : XRD
  const hops = through === undefined ? [wanted] : [through, wanted]
  let held = given
  for (const hop of hops) held = swapOnce(execution, held, hop)
  return held
}

function swapOnce(
  execution: Execution,
  given: Bucket & { kind: 'fungible' },
  wanted: string,
): Bucket & { kind: 'fungible' } {
  const token = given.resource === XRD ? wanted : given.resource
  const pool = poolOf(execution, token)
  const amount = output(execution, pool, given.resource, given.amount, wanted)
  execution.put(ADDRESSES.dex, given)
  execution.track.set(
    execution.store.dexPools,
    token,
    given.resource === XRD
      ? { token: pool.token.minus(amount), xrd: pool.xrd.plus(given.amount) }
      : { token: pool.token.plus(given.amount), xrd: pool.xrd.minus(amount) },
  )
  execution.emit(
    'dex',
    struct('SwapEvent', {
      input: reference(given.resource),
      input_amount: decimal(given.amount),
      output: reference(wanted),
      output_amount: decimal(amount),
    }),
  )
  execution.takeAmount(ADDRESSES.dex, wanted, amount)
  return { kind: 'fungible', resource: wanted, amount }
}

function quote(execution: Execution, resource: string, amount: Decimal, wanted: string): Decimal {
  if (resource === wanted) return amount
  if (resource === XRD) return output(execution, poolOf(execution, wanted), resource, amount, wanted)
  const xrd = output(execution, poolOf(execution, resource), resource, amount, XRD)
  return wanted === XRD ? xrd : output(execution, poolOf(execution, wanted), XRD, xrd, wanted)
}

/** What `amount` buys: output reserve × a ÷ (input reserve + a) with a = amount less the fee; rounded down. */
function output(execution: Execution, pool: DexPool, resource: string, amount: Decimal, wanted: string): Decimal {
  const [reserveIn, reserveOut] = resource === XRD ? [pool.xrd, pool.token] : [pool.token, pool.xrd]
  const afterFee = amount.times(Decimal.ONE.minus(DEX_FEE_RATE))
  if (afterFee.isZero()) return Decimal.ZERO
  return reserveOut.times(afterFee).dividedBy(reserveIn.plus(afterFee)).round(execution.divisibility(wanted), 'ToZero')
}

function poolOf(execution: Execution, token: string): DexPool {
  const pool = execution.track.get(execution.store.dexPools, token)
  if (!pool) throw new ExecutionError(`PoolNotFound: the DEX has no pool of ${token}`)
  return pool
}
