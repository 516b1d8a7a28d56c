import {
  type ComponentAddress,
  LedgerDataError,
  type MarketRules,
  type MarketSnapshot,
  type ResourceAddress,
} from '@weft/domain'
import { fieldNames, struct } from '../sbor/composites.ts'
import { type Attempt, attempted, type Decoded, decodeSbor } from '../sbor/decode.ts'
import { marketCounter, marketFields, poolFields, usedPool } from './decode-components.ts'
import type { TolerantReads } from './tolerant-reads.ts'

export interface MarketLocation {
  readonly xrd: ResourceAddress
  readonly market: ComponentAddress
  readonly pool: ComponentAddress
  /** What the operator believes the receipt of flash loans to be: only compared with what the pool's state says. */
  readonly loanTermResource?: ResourceAddress | undefined
}

export interface MarketState {
  readonly counter: Decoded<typeof marketCounter>
  readonly fields: Decoded<typeof marketFields>
  /** The pool's state, undecoded, and what is read of it beside its tables. */
  readonly pool: unknown
  readonly poolFields: Decoded<typeof poolFields>
}

/**
 * The market's and its pool's own states, in one request.
 * @throws {LedgerDataError} when there is no such market, it does not say which CDPs it has, or it is of another generation.
 */
export async function readMarketState(location: MarketLocation, reads: TolerantReads): Promise<MarketState> {
  const where = `market ${location.market}`
  await reads.entities([location.market, location.pool])
  const state = await reads.componentState(location.market)
  const counter = decodeSbor(marketCounter, state, where)
  refuseOtherPool(state, location, where)
  const pool = await reads.componentState(location.pool)
  return {
    counter,
    fields: decodeSbor(marketFields, state, where),
    pool,
    poolFields: decodeSbor(poolFields, pool, `lending pool ${location.pool}`),
  }
}

function refuseOtherPool(state: unknown, location: MarketLocation, where: string): void {
  const used = attempted(usedPool)(state, '')
  if (used.kind === 'unreadable') {
    const proxy = attempted(struct({ lending_pool_proxy: (value) => fieldNames(value) }))(state, '')
    const names = proxy.kind === 'decoded' ? proxy.value.lending_pool_proxy.join(', ') : 'no lending_pool_proxy'
    throw new LedgerDataError(where, `another generation of the market: it names no lending_pool, but ${names}`)
  }
  const { lending_pool: found } = used.value.lending_pool_proxy
  if (found !== location.pool)
    throw new LedgerDataError(where, `its lending pool is ${found}, the network's configuration names ${location.pool}`)
}

/** What the market's and the pool's own states say of it; what does not decode is noted. */
export function ofState(
  { counter, fields, poolFields: ofPool }: MarketState,
  location: MarketLocation,
  reads: TolerantReads,
) {
  return {
    cdpResource: counter.cdp_res_manager,
    cdpCounter: counter.cdp_counter,
    rules: rulesOf(fields, ofPool, reads),
    flashLoanTerm: flashLoanTermOf(ofPool.transient_res_manager, location, reads),
  } satisfies Partial<MarketSnapshot>
}

function rulesOf(fields: MarketState['fields'], ofPool: MarketState['poolFields'], reads: TolerantReads): MarketRules {
  const config = reads.field('market', 'config', fields.config)
  const rule = <T>(name: string, attempt: Attempt<T> | undefined) =>
    attempt === undefined ? null : reads.field('market', name, attempt)
  const mode = config?.price_cache_mode
  const why = mode === undefined ? 'the market has no readable configuration' : 'it does not decode'
  return {
    priceExpirationPeriodMs: rule('price_expiration_period', config?.price_expiration_period),
    priceCacheMode: rule('price_cache_mode', mode) ?? {
      kind: 'unknown',
      why: mode?.kind === 'unreadable' ? mode.why : why,
    },
    defaultEfficiencyConfigId: rule('default_efficiency_config_id', config?.default_efficiency_config_id),
    maxClaimNftValue: rule('max_claim_nft_value', config?.max_claim_nft_value),
    protocolLiquidationBonusFeeRate:
      reads.field('market', 'fee_config', fields.fee_config)?.protocol_liquidation_bonus_fee_rate ?? null,
    protocolInterestFeeRate: reads.field('pool', 'fee_config', ofPool.fee_config)?.protocol_interest_fee_rate ?? null,
  }
}

function flashLoanTermOf(
  term: Attempt<ResourceAddress>,
  { loanTermResource: believed }: MarketLocation,
  reads: TolerantReads,
): ResourceAddress | null {
  const found = reads.field('pool', 'transient_res_manager', term)
  if (found === null || believed === undefined || believed === found) return found
  reads.note(
    'pool',
    'transient_res_manager',
    `the pool's receipt of flash loans is ${found}, the network's configuration names ${believed}: clear up which is right`,
  )
  return null
}
