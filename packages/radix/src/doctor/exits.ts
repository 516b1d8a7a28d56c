import {
  financeServices,
  type MarketSnapshot,
  type ResourceAddress,
  serviceOff,
  whyNoFlashLoan,
  withdrawService,
} from '@weft/domain'
import type { Capability } from './consequences.ts'
import type { VenueAnswer } from './examination.ts'

/** Each way in which seized collateral turns into something, and flash loans, which pay for it. */
export function exitCapabilities(market: MarketSnapshot, venues: readonly VenueAnswer[]): readonly Capability[] {
  return [
    { id: 'exit.keep', name: 'exit: keep what is seized', works: true, why: [] },
    withdrawal(market),
    swap(venues),
    unstaking(market),
    finance(market),
    flashLoans(market),
  ]
}

/** Works when it does for one; names those for which it does not. */
function forSome(
  id: string,
  name: string,
  each: readonly (readonly [resource: string, why: string | undefined])[],
  none: string,
): Capability {
  const why = each.flatMap(([resource, reason]) => (reason === undefined ? [] : [`${resource}: ${reason}`]))
  if (each.length === 0) return { id, name, works: false, why: [none] }
  return { id, name, works: why.length < each.length, why }
}

function withdrawal(market: MarketSnapshot): Capability {
  const pools = [...market.pools].map(([underlying, { liquidity }]) => {
    const empty = liquidity === null ? "what lies in the pool's vault is unknown" : 'the pool is lent out'
    const why = serviceOff(market, [withdrawService(underlying)]) ?? (liquidity?.isPositive() ? undefined : empty)
    return [underlying, why] as const
  })
  return forSome('exit.withdrawal', 'exit: redeem deposit units', pools, 'no pool was read')
}

function swap(venues: readonly VenueAnswer[]): Capability {
  const each = venues.map(({ name, answer }) => [name, answer.kind === 'failed' ? answer.why : undefined] as const)
  return forSome('exit.swap', 'exit: sell on an exchange', each, 'the network’s configuration names no venue')
}

function unstaking(market: MarketSnapshot): Capability {
  const each = [...market.validators.values()].map(
    ({ lsu, claimNft, redemptionXrd }) =>
      [lsu, claimNft === null ? 'its claim NFT is unknown' : redemptionXrd ? undefined : 'it has no supply'] as const,
  )
  return forSome('exit.unstake', 'exit: unstake LSU, and claim', each, 'the market has met no LSU')
}

function finance(market: MarketSnapshot): Capability {
  const claims: readonly ResourceAddress[] = [...market.validators.values()].flatMap(({ claimNft }) => claimNft ?? [])
  const each = claims.map((claim) => {
    const why = market.rules.maxClaimNftValue === null ? 'how much of a claim counts is unknown' : undefined
    return [claim, why ?? serviceOff(market, financeServices(claim, market.xrd))] as const
  })
  return forSome('exit.finance', 'exit: borrow against a claim', each, 'no claim NFT is known')
}

function flashLoans(market: MarketSnapshot): Capability {
  const each = [...market.pools].map(([underlying, pool]) => {
    const why = whyNoFlashLoan(market, pool, underlying)
    return [underlying, why ?? (pool.liquidity?.isPositive() ? undefined : 'the pool is lent out')] as const
  })
  return forSome('funding.flash-loan', 'funding: flash loans', each, 'no pool was read')
}
