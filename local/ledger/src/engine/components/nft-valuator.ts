import type { SborValue } from '../../sbor.ts'
import type { Arguments } from '../execution/arguments.ts'
import { type Execution, ExecutionError } from '../execution/execution.ts'
import { nftContents } from '../market/health.ts'
import { decimal, localId, map, mapByAddress } from '../rendering/build.ts'

/** The method that the market's configuration names for registered NFTs. */
export const VALUATOR_METHOD = 'get_resource_amounts'

/** Says what registered NFTs stand for: `(resource, ids) → Map<id, Map<resource, amount>>`. */
export function callNftValuator({ market }: Execution, method: string, args: Arguments): SborValue {
  if (method !== VALUATOR_METHOD) throw new ExecutionError(`MethodNotFound: the valuator has no method "${method}"`)
  const resource = args.address()
  const ids = args.localIds()
  args.end()
  return map(
    'NonFungibleLocalId',
    'Map',
    ids.map((id) => [localId(id), mapByAddress('Decimal', nftContents(market, resource, id), decimal)] as const),
  )
}
