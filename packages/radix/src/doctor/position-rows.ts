import {
  cdpNumber,
  isAccrualDue,
  type LendingPool,
  type MarketSnapshot,
  poolAfterAccrual,
  priceInForce,
} from '@weft/domain'
import { Decimal } from '@weft/domain/decimal'
import { disagreementsOf, HEALTH_TOLERANCE } from './agreement.ts'
import type { Examination } from './examination.ts'
import { asExpected, type Finding, missing, notShown, otherAnswer, type ReadRow, unknown } from './row.ts'

/** Rows about CDPs, what they pledge, and the methods that judge and price them. */
export const POSITION_ROWS: readonly ReadRow[] = [
  {
    id: 'cdps.data',
    question: 'Do the data of CDPs decode?',
    where: 'non-fungible data of the CDP resource',
    expected: 'CDPData: loans, collaterals, nft_collaterals',
    others: [],
    consequence: 'Such a CDP is put to get_cdp every run, and not planned.',
    find: ({ cdps }) => {
      if (cdps.kind === 'failed') return notShown(cdps.why)
      const unreadable = cdps.value.filter((each) => each.kind === 'unreadable')
      const live = cdps.value.filter((each) => each.kind === 'live').length
      const [first] = unreadable
      if (first) return unknown(`${unreadable.length} of ${live + unreadable.length} do not decode`, first.why)
      return live > 0 ? asExpected(`${live} CDPs`) : missing('none of the youngest ids is a live CDP')
    },
  },
  {
    id: 'nfts.contents',
    question: 'Is what pledged NFTs stand for readable?',
    where: 'non-fungible data of claim NFTs and registered NFTs',
    expected: 'UnstakeData, or underlying amounts',
    others: [],
    consequence: 'The CDP that pledges it is put to get_cdp every run, and not planned.',
    find: ({ nfts }) => {
      if (nfts.kind === 'failed') return notShown(nfts.why)
      const readings = [...nfts.value.values()].flatMap((ids) => [...ids.values()])
      if (readings.length === 0) return notShown('none of the CDPs that were read pledges one')
      const unreadable = readings.flatMap((each) => ('unreadable' in each ? [each.unreadable] : []))
      const [first] = unreadable
      return first === undefined
        ? asExpected(`${readings.length} NFTs`)
        : unknown(`${unreadable.length} of ${readings.length} do not decode`, first)
    },
  },
  {
    id: 'lsus.value',
    question: 'Does the Gateway value LSU, and name their claim NFTs?',
    where: 'entity details of LSU (native_resource_details) and of their validators',
    expected: 'a redemption value and a claim NFT each',
    others: [],
    consequence: 'CDPs that pledge such LSU are not judged by us; without the claim NFT they are not unstaked.',
    find: ({ market }) => {
      if (market.kind === 'failed') return notShown(market.why)
      const [broken] = market.value.unreadable.filter(({ table }) => table === 'validators')
      if (broken) return unknown(broken.key, broken.why)
      const stakes = [...market.value.validators.values()]
      if (stakes.length === 0) return notShown('the market has met no LSU')
      const without = stakes.find(({ claimNft }) => claimNft === null)
      return without ? missing(`no claim NFT of ${without.lsu}`) : asExpected(`${stakes.length} LSU`)
    },
  },
  {
    id: 'method.get_cdp',
    question: 'Does the market judge CDPs as we do?',
    where: 'preview of get_cdp on the market',
    expected: 'CDPHealthChecker by position, with our liquidation LTV',
    others: [],
    consequence: 'Without an answer nothing is detected; where it differs from ours, nothing is planned.',
    find: getCdp,
  },
  {
    id: 'method.get_price',
    question: 'Does the market tell prices?',
    where: 'preview of get_price on the market',
    expected: 'Map<Reference, Decimal>, with the prices that we take for those in force, to a thousandth',
    others: [],
    consequence: 'Prices that do not follow from the state are unknown: CDPs that need them are not judged by us.',
    find: getPrice,
  },
  {
    id: 'method.get-cdp-accrual',
    question: 'Do get_cdp and the getters of the pool count interest that is due but not booked?',
    where: 'preview of get_deposit_unit_ratio on the pool, beside the stored unit_ratio',
    expected: 'no: the stored ratio',
    others: ['yes: the ratio after the accrual'],
    consequence:
      'CDPs at the threshold are found by get_cdp and not by us. Where so much is due that the two differ by more than a thousandth, nothing is planned until somebody touches the pool.',
    find: getterAccrual,
  },
]

function getCdp({ confirmed, verdicts }: Examination): Finding {
  if (confirmed.kind === 'failed') return unknown('it does not answer', confirmed.why)
  if (confirmed.value.length === 0) return notShown('none of the CDPs that were read has a loan')
  const [refused] = confirmed.value.filter((each) => each.kind === 'refused')
  if (refused) return unknown(`it refuses ${refused.cdpId}`, refused.error)
  const disagreements = disagreementsOf(verdicts, confirmed.value)
  const [first] = disagreements
  if (first)
    return unknown(
      `${disagreements.length} of ${confirmed.value.length} differ by more than ${HEALTH_TOLERANCE}`,
      `CDP ${cdpNumber(first.cdpId)}: ours ${first.own}, the market's ${first.theirs}`,
    )
  return asExpected(`${confirmed.value.length} CDPs`)
}

function getPrice({ asked, market, at }: Examination): Finding {
  if (asked.kind === 'failed') return unknown('it does not answer', asked.why)
  if (market.kind === 'failed') return notShown(market.why)
  if (asked.value.size === 0) return missing('it answered for no asset')
  for (const [asset, price] of asked.value) {
    const ours = known(() => priceInForce(market.value, asset, at.ledgerTimeMs))
    if (typeof ours === 'string' || !isNear(ours, price)) return unknown(`${asset}: ours is ${ours}`, price.toString())
  }
  return asExpected(`${asked.value.size} assets`)
}

/** A computed price moves a little between the reading and the question. */
const MOVES_BY = Decimal.parse('0.001')

function isNear(ours: Decimal, theirs: Decimal): boolean {
  return ours.minus(theirs).abs().lte(Decimal.max(ours, theirs).times(MOVES_BY))
}

function known(price: () => Decimal): Decimal | string {
  try {
    return price()
  } catch (error) {
    return `unknown (${error instanceof Error ? error.message : String(error)})`
  }
}

/** Pools on which an accrual is due that would be seen in the ratio. */
export function poolsWithInterestDue(market: MarketSnapshot): readonly (readonly [string, LendingPool])[] {
  return [...market.pools].filter(([, pool]) => {
    if (pool.interestUpdatedAtMs === null || !isAccrualDue(pool, market.syncPoint.ledgerTimeMs)) return false
    const after = poolAfterAccrual(pool, market, market.syncPoint.ledgerTimeMs)
    return after.deposits.unitRatio.toString() !== pool.deposits.unitRatio.toString()
  })
}

function getterAccrual({ market, ratios }: Examination): Finding {
  if (market.kind === 'failed') return notShown(market.why)
  if (ratios.kind === 'failed') return unknown('the getter does not answer', ratios.why)
  const due = poolsWithInterestDue(market.value)
  const compared = [...ratios.value].flatMap(([underlying, ratio]) => {
    const pool = due.find(([each]) => each === underlying)?.[1]
    return pool && ratio ? [pool.deposits.unitRatio.toString() === ratio.toString()] : []
  })
  if (compared.length === 0) return notShown('no pool had interest due that would be seen')
  if (compared.every(Boolean)) return asExpected(`${compared.length} pools with interest due`)
  return compared.some(Boolean)
    ? unknown('some pools answer with the stored ratio and some do not', compared.join(' '))
    : otherAnswer(`${compared.length} pools with interest due`)
}
