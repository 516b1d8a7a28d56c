import type { SborValue } from '../../sbor.ts'
import { ADDRESSES } from '../addressbook.ts'
import type { Arguments } from '../execution/arguments.ts'
import { type Execution, ExecutionError } from '../execution/execution.ts'
import type { Worktop } from '../execution/worktop.ts'
import { burnCdp, CdpDraft, createCdp, findCdp } from '../market/cdp-book.ts'
import { judge } from '../market/health.ts'
import { liquidate, liquidateNft } from '../market/liquidation.ts'
import { totals } from '../market/pool.ts'
import { requireService } from '../market/services.ts'
import { MarketError } from '../market/state.ts'
import { MAX_CDPS_PER_CALL } from '../parameters.ts'
import { decimal, localId, map, mapByAddress, UNIT } from '../rendering/build.ts'
import { healthChecker, nftValues } from '../rendering/market-values.ts'
import { administrate } from './market-administration.ts'

/** The market's methods. The arguments of the two flash operations are not published: a proof comes first, as in the batch. */
export function callMarket(execution: Execution, worktop: Worktop, method: string, args: Arguments): SborValue {
  const { market } = execution
  switch (method) {
    case 'get_cdp': {
      const ids = args.localIds()
      args.end()
      if (ids.length > MAX_CDPS_PER_CALL)
        throw new ExecutionError(`CostingError(FeeReserveError(LimitExceeded)): ${ids.length} CDPs in one call`)
      return map(
        'NonFungibleLocalId',
        'Tuple',
        ids.map((id) => [localId(id), healthChecker(judge(market, findCdp(market, id)))] as const),
      )
    }
    case 'get_price': {
      const resources = args.addresses()
      args.end()
      return mapByAddress('Decimal', new Map(resources.map((each) => [each, market.price(each).price])), decimal)
    }
    case 'get_nft_value': {
      const cdp = findCdp(market, args.localId())
      args.end()
      return nftValues(judge(market, cdp).nfts)
    }
    case 'liquidate': {
      const id = args.localId()
      const payments = worktop.take(args.bucketList())
      const requested = args.option((inner) => inner.addresses())
      args.end()
      return worktop.putAll(liquidate(execution, id, payments, requested))
    }
    case 'liquidate_nft': {
      const id = args.localId()
      const payments = worktop.take(args.bucketList())
      const nftResource = args.address()
      const nftId = args.localId()
      const compensation = worktop.takeOne(args.bucket())
      args.end()
      return worktop.putAll(liquidateNft(execution, id, payments, nftResource, nftId, compensation))
    }
    case 'create_cdp': {
      const fee = worktop.takeOne(args.bucket())
      const name = args.option((inner) => inner.string()) ?? 'Wefty'
      args.option((inner) => inner.take())
      args.option((inner) => inner.take())
      const collaterals = worktop.take(args.bucketList())
      const nfts = worktop.take(args.bucketList())
      const borrows = args.amounts()
      args.end()
      return worktop.putAll([fee, ...createCdp(execution, { name, collaterals, nfts, borrows })])
    }
    case 'cdp_batch_operation':
      return batchOperation(execution, worktop, args)
    case 'burn_cdp': {
      const bucket = worktop.takeOne(args.bucket())
      args.end()
      if (bucket.kind !== 'non-fungible' || bucket.resource !== ADDRESSES.cdpResource || bucket.ids.length !== 1)
        throw new MarketError('InvalidCDPBucket: one CDP is needed')
      for (const id of bucket.ids) burnCdp(execution, id)
      return UNIT
    }
    case 'flash_add_collateral': {
      const draft = CdpDraft.open(execution, provenCdp(execution, args))
      const buckets = worktop.take(args.bucketList())
      args.end()
      for (const [resource, amount] of totals(buckets)) draft.add(resource, amount, 'FlashAddCollateralEvent')
      draft.saveAsOwner()
      return UNIT
    }
    case 'flash_remove_collateral': {
      const draft = CdpDraft.open(execution, provenCdp(execution, args))
      const amounts = args.amounts()
      args.end()
      for (const [resource, amount] of amounts)
        worktop.put(draft.remove(resource, amount, 'FlashRemoveCollateralEvent'))
      // The flash operation of 30 August 2026 let collateral go without the health check; its exact cause is not public (inferred).
      draft.saveAsOwner({ checkHealth: false })
      return UNIT
    }
    case 'set_service':
    case 'set_price_feed_id':
    case 'update_collateral_config':
      return administrate(execution, method, args)
    default:
      throw new ExecutionError(`MethodNotFound: the market has no method "${method}"`)
  }
}

/**
 * What an owner does with a CDP, in this order **(inferred)**: collateral in, repayments, loans, collateral out. Only what takes
 * something out must leave the CDP healthy **(inferred)**.
 */
function batchOperation(execution: Execution, worktop: Worktop, args: Arguments): SborValue {
  const id = provenCdp(execution, args)
  const collaterals = worktop.take(args.bucketList())
  const nfts = worktop.take(args.bucketList())
  const borrows = args.amounts()
  const repayments = worktop.take(args.bucketList())
  const collateralsOut = args.amounts()
  const nftsOut = args.idsByResource()
  args.end()
  requireService(execution.market, 'market', 'UpdateCDP', 'Global')
  const draft = CdpDraft.open(execution, id)
  for (const [resource, amount] of totals(collaterals)) draft.add(resource, amount)
  for (const bucket of nfts) draft.addNfts(bucket)
  for (const bucket of repayments) worktop.put(draft.repay(bucket))
  for (const [resource, amount] of borrows) worktop.put(draft.borrow(resource, amount))
  for (const [resource, amount] of collateralsOut) worktop.put(draft.remove(resource, amount))
  for (const [resource, ids] of nftsOut) for (const nft of ids) worktop.put(draft.removeNft(resource, nft))
  draft.saveAsOwner({ checkHealth: borrows.size + collateralsOut.size + nftsOut.size > 0 })
  return UNIT
}

/** The CDP that the proof in a call's first argument shows. @throws {MarketError} unless it shows exactly one. */
function provenCdp({ authZone }: Execution, args: Arguments): string {
  const proof = authZone.take(args.proof())
  const [id, ...others] = proof.kind === 'ids' && proof.resource === ADDRESSES.cdpResource ? proof.ids : []
  if (id === undefined || others.length > 0) throw new MarketError('InvalidCDPProof: a proof of one CDP is needed')
  return id
}
