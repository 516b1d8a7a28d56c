import {
  type CollateralKind,
  liquidateNftServices,
  liquidateServices,
  type MarketSnapshot,
  type NeededService,
  type ResourceAddress,
  serviceOff,
  whyUnreadable,
} from '@weft/domain'
import type { Capability } from './consequences.ts'

const KINDS = {
  token: 'tokens',
  'deposit-unit': 'deposit units',
  lsu: 'LSU',
  'claim-nft': 'claim NFTs',
  'registered-nft': 'registered NFTs',
} as const
type Kind = keyof typeof KINDS

interface Seizable {
  readonly resource: ResourceAddress
  readonly services: (debt: ResourceAddress) => readonly NeededService[]
  /** What of it did not decode. */
  readonly broken: string | undefined
}

/** Whether each kind of collateral that the market has met can be seized for some debt. @param stop what rules out every plan */
export function planningCapabilities(market: MarketSnapshot, stop: string | undefined): readonly Capability[] {
  const debts = [...market.pools.keys()].filter((each) => market.resources.get(each)?.loan)
  return (Object.keys(KINDS) as Kind[]).map((kind) => {
    const seizable = seizables(kind, market)
    const stops = [
      ...(stop === undefined ? [] : [stop]),
      ...(debts.length === 0 ? ['no lent resource was read'] : []),
      ...wholeTables(kind, market),
    ]
    const why = seizable.map((each) => ({ each, why: each.broken ?? whyNever(each, debts, market) }))
    const never = why.flatMap(({ each, why: reason }) => (reason === undefined ? [] : [`${each.resource}: ${reason}`]))
    const none = seizable.length === 0 ? [`the market has met no ${KINDS[kind]}`] : []
    const works = stops.length === 0 && (seizable.length === 0 || never.length < seizable.length)
    return { id: `planning.${kind}`, name: `planning for ${KINDS[kind]}`, works, why: [...stops, ...none, ...never] }
  })
}

function seizables(kind: Kind, market: MarketSnapshot): readonly Seizable[] {
  if (kind === 'claim-nft' || kind === 'registered-nft')
    return [...market.nftKinds].flatMap(([resource, each]) =>
      each.kind === kind
        ? [
            {
              resource,
              services: (debt: ResourceAddress) => liquidateNftServices(debt, resource, kind === 'claim-nft'),
              broken: whyUnreadable(market, 'nft_collateral_resource_configs', resource),
            },
          ]
        : [],
    )
  const kindOf = (resource: ResourceAddress): CollateralKind =>
    market.collateralKinds.get(resource) ?? { kind: 'token' }
  const registered = [...market.resources].flatMap(([resource, { collateral }]) => (collateral ? [resource] : []))
  return [...new Set([...registered, ...market.collateralKinds.keys()])]
    .filter((resource) => kindOf(resource).kind === kind)
    .map((resource) => ({
      resource,
      services: (debt) => liquidateServices(debt, [{ resource, kind: kindOf(resource) }]),
      broken: whyUnreadable(market, 'validators', resource),
    }))
}

/** Why it cannot be seized for any debt; `undefined` when for one it can. */
function whyNever(
  { services }: Seizable,
  debts: readonly ResourceAddress[],
  market: MarketSnapshot,
): string | undefined {
  const reasons = debts.map((debt) => serviceOff(market, services(debt)))
  return reasons.some((reason) => reason === undefined) ? undefined : reasons[0]
}

/** Tables without which the kind is not even known. */
function wholeTables(kind: Kind, market: MarketSnapshot): readonly string[] {
  const tables = kind.endsWith('nft') ? ['nft_resource_type_cache'] : ['resource_type_cache', 'resource_configs']
  return tables.flatMap((table) =>
    market.unreadable.filter((each) => each.table === table && each.key === '*').map(({ why }) => why),
  )
}
