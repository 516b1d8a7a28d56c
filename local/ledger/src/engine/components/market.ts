import type { SborValue } from '../../sbor.ts'
import { ADDRESSES } from '../addressbook.ts'
import type { Arguments } from '../execution/arguments.ts'
import { cdpNumber, type Execution, ExecutionError } from '../execution/execution.ts'
import type { Worktop } from '../execution/worktop.ts'
import { burnCdp, CdpDraft, createCdp, findCdp } from '../market/cdp-book.ts'
import { judge } from '../market/health.ts'
import { liquidate, liquidateNft } from '../market/liquidation.ts'
import { MarketError } from '../market/state.ts'
import { MAX_CDPS_PER_CALL } from '../parameters.ts'
import { decimal, localId, map, mapByAddress, UNIT } from '../rendering/build.ts'
import { healthChecker, nftPositions } from '../rendering/market-values.ts'
import { administrate } from './market-administration.ts'

/**
 * The market's methods. `get_cdp`, `get_price`, `get_nft_value`, `liquidate`, `liquidate_nft` and `create_cdp` are Weft's; the
 * owners' methods below them are simplified stand-ins for `cdp_batch_operation`, authorised by the signature of the account that holds the CDP.
 */
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
      return nftPositions(judge(market, cdp).nfts)
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
    case 'set_service':
    case 'set_price_feed_id':
    case 'update_collateral_config':
      return administrate(execution, method, args)
    default:
      return callAsOwner(execution, worktop, method, args)
  }
}

function callAsOwner(execution: Execution, worktop: Worktop, method: string, args: Arguments): SborValue {
  const id = args.localId()
  const owner = execution.track.get(execution.store.cdpOwners, cdpNumber(id))
  if (owner === undefined) throw new MarketError(`CDPNotFound: ${id}`)
  execution.requireOwner(owner)
  if (method === 'burn_cdp') {
    args.end()
    execution.takeIds(owner, ADDRESSES.cdpResource, [id])
    burnCdp(execution, id)
    return UNIT
  }
  const draft = CdpDraft.open(execution, id)
  switch (method) {
    case 'add_collateral':
    case 'flash_add_collateral':
      for (const bucket of worktop.take(args.bucketList())) {
        if (bucket.kind === 'non-fungible') draft.addNfts(bucket)
        else
          draft.add(bucket.resource, bucket.amount, method === 'add_collateral' ? undefined : 'FlashAddCollateralEvent')
      }
      draft.saveAsOwner()
      break
    case 'remove_collateral':
    case 'flash_remove_collateral': {
      const flash = method === 'flash_remove_collateral'
      for (const [resource, amount] of args.amounts())
        worktop.put(draft.remove(resource, amount, flash ? 'FlashRemoveCollateralEvent' : undefined))
      // The flash operation of 30 August 2026 let collateral go without the health check; its exact cause is not public (inferred).
      draft.saveAsOwner({ checkHealth: !flash })
      break
    }
    case 'remove_nft_collateral':
      worktop.put(draft.removeNft(args.address(), args.localId()))
      draft.saveAsOwner()
      break
    case 'borrow':
      for (const [resource, amount] of args.amounts()) worktop.put(draft.borrow(resource, amount))
      draft.saveAsOwner()
      break
    case 'repay':
      for (const bucket of worktop.take(args.bucketList())) worktop.put(draft.repay(bucket))
      draft.saveAsOwner({ checkHealth: false })
      break
    default:
      throw new ExecutionError(`MethodNotFound: the market has no method "${method}"`)
  }
  args.end()
  return UNIT
}
