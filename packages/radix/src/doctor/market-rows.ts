import { fieldNames } from '../sbor/composites.ts'
import { type Attempt, attempted, type Decoder, isJsonObject } from '../sbor/decode.ts'
import { COMPUTED_FEED_FIELD, marketFields, priceFeedState, usedPool } from '../weft/decode-components.ts'
import { fieldAt } from './evidence.ts'
import type { Examination } from './examination.ts'
import { integerKinds } from './integer-kinds.ts'
import { closedRoles } from './roles.ts'
import { asExpected, type Finding, missing, notShown, otherAnswer, type ReadRow, unknown } from './row.ts'

/** All fields of the market's state, in the order of its published schema. */
const FIELDS = [
  'lending_pool_proxy',
  'cdp_res_manager',
  'transient_res_manager',
  'cdp_counter',
  'config',
  'fee_config',
  'market_service_status',
  'loan_service_manager',
  'collateral_service_manager',
  'price_feed_manager',
  'loan_config_manager',
  'collateral_config_manager',
  'isolation_group_manager',
  'efficiency_group_manager',
  'resource_configs',
  'nft_collateral_resource_configs',
  'price_cache',
  'resource_type_cache',
  'nft_resource_type_cache',
  'nft_valuation_cache',
  'collateral_assets',
  'nft_collateral_assets',
  'cdp_creation_fees',
  'liquidation_fees',
  'nft_liquidation_fees',
] as const

/** Rows about the state of the market's own component, and of the feeds it names. */
export const MARKET_ROWS: readonly ReadRow[] = [
  {
    id: 'market.generation',
    question: 'Is it the generation of the market that we know, with one lending pool?',
    where: 'market state: lending_pool_proxy.lending_pool',
    expected: 'the configured pool',
    others: [],
    consequence: 'Nothing works: the backend stops and says that the market is of another generation.',
    find: ({ network, ...seen }) => {
      const state = marketState(seen, network.addresses.market)
      if (state === undefined) return missing(`no component ${network.addresses.market} with a readable state`)
      const used = attempted(usedPool)(state, '')
      if (used.kind === 'unreadable') return unknown(used.why, fieldAt(state, 'lending_pool_proxy'))
      const pool = used.value.lending_pool_proxy.lending_pool
      return pool === network.addresses.pool ? asExpected(pool) : unknown('not the configured pool', pool)
    },
  },
  {
    id: 'market.fields',
    question: 'Are all fields there that the published schema names?',
    where: 'market state',
    expected: `${FIELDS.length} fields in the published order`,
    others: ['the same in another order, or with more beside them'],
    consequence: 'What reads a missing field does not work; fields are found by name.',
    find: ({ network, ...seen }) => {
      const names = fieldNames(marketState(seen, network.addresses.market))
      if (names.length === 0) return missing('the market has no readable state')
      const absent = FIELDS.filter((name) => !names.includes(name))
      if (absent.length > 0) return missing(`no ${absent.join(', no ')}`)
      const more = names.filter((name) => !FIELDS.some((each) => each === name))
      if (more.length > 0) return otherAnswer(`also ${more.join(', ')}`)
      return names.join() === FIELDS.join()
        ? asExpected(`${names.length} fields`)
        : otherAnswer(`in the order ${names.join(', ')}`)
    },
  },
  {
    id: 'market.integer-kinds',
    question: 'Of which kind are durations and counters?',
    where: 'market state: cdp_counter, config.price_expiration_period, payload of config.price_cache_mode',
    expected: 'U64',
    others: ['I64'],
    consequence: 'None: any kind of integer is read.',
    find: ({ network, ...seen }) => {
      const state = marketState(seen, network.addresses.market)
      const mode = fieldAt(state, 'config', 'price_cache_mode')
      const payload = isJsonObject(mode) && Array.isArray(mode.fields) ? mode.fields : []
      return integerKinds({
        cdp_counter: fieldAt(state, 'cdp_counter'),
        price_expiration_period: fieldAt(state, 'config', 'price_expiration_period'),
        ...(payload.length > 0 ? { debounce: payload[0] } : {}),
      })
    },
  },
  decodes('market.price-cache-mode', 'How long does a price that the market took count?', 'config.price_cache_mode', {
    expected: 'Debounce(seconds)',
    others: ['Hash'],
    consequence: 'Which price is in force is asked of the market, asset by asset.',
    decoder: (state) => nested(state, 'price_cache_mode'),
    isOther: (value) => isJsonObject(value) && value.kind === 'hash',
  }),
  decodes('market.price-expiration', 'When has a price expired?', 'config.price_expiration_period', {
    expected: 'seconds',
    consequence: 'CDPs that need the price of a feed are not judged by us; get_cdp still judges them.',
    decoder: (state) => nested(state, 'price_expiration_period'),
  }),
  decodes(
    'market.default-efficiency',
    'Which configuration do CDPs of one resource use?',
    'config.default_efficiency_config_id',
    {
      expected: 'Option<U16>',
      consequence: 'CDPs in that mode are not judged by us.',
      decoder: (state) => nested(state, 'default_efficiency_config_id'),
    },
  ),
  decodes('market.max-claim-value', 'How much of a claim NFT counts?', 'config.max_claim_nft_value', {
    expected: 'Option<Decimal>',
    consequence: 'Loans against claim NFTs are not planned.',
    decoder: (state) => nested(state, 'max_claim_nft_value'),
  }),
  decodes(
    'market.fees',
    "What is the protocol's share of a liquidation bonus?",
    'fee_config.protocol_liquidation_bonus_fee_rate',
    {
      expected: 'Decimal',
      consequence: 'Plans count the whole bonus as the protocol’s: few are worth it.',
      decoder: (state) => marketFields(state, '').fee_config,
    },
  ),
  decodes('market.switches', "What are the market's own service switches?", 'market_service_status', {
    expected: 'a map of CreateCDP, UpdateCDP, BurnCDP',
    consequence: 'Nothing is planned: whether CDPs may be changed is unknown.',
    decoder: (state) => marketFields(state, '').market_service_status,
  }),
  {
    id: 'market.config-history',
    question: 'Is every version of a configuration kept?',
    where: 'market state: collateral_config_manager.track_history, loan_config_manager.track_history',
    expected: 'true',
    others: ['false: CDPs are judged by the configuration in force'],
    consequence: 'A recorded version that is missing leaves its CDPs unjudged.',
    find: ({ network, ...seen }) => {
      const { collateral_config_manager: collaterals, loan_config_manager: loans } = marketFields(
        marketState(seen, network.addresses.market),
        '',
      )
      for (const manager of [collaterals, loans]) if (manager.kind === 'unreadable') return missing(manager.why)
      const kept = [collaterals, loans].map((each) => each.kind === 'decoded' && each.value.track_history)
      const found = `collaterals ${kept[0]}, loans ${kept[1]}`
      return kept.every(Boolean) ? asExpected(found) : otherAnswer(found)
    },
  },
  {
    id: 'market.roles',
    question: 'May anyone call what a liquidation calls, by the roles of market and pool?',
    where: 'role_assignments of market and pool: names with liquidate, flash or repay',
    expected: 'none is closed',
    others: [],
    consequence: 'Advisory: the dry run decides. A closed role is a market that lets nobody liquidate.',
    find: ({ network: { addresses }, evidence }) => {
      const details = [addresses.market, addresses.pool].map((each) => evidence.details(each))
      if (details.some((each) => each === undefined)) return missing('market or pool was not read')
      const closed = details.flatMap((each) => closedRoles(each))
      return closed.length === 0 ? asExpected('none is closed') : unknown('closed to others', closed.join(', '))
    },
  },
  {
    id: 'feeds.state',
    question: 'Where do the price feeds keep their prices?',
    where: 'state of each component of price_feed_manager: prices',
    expected: 'a map in the state',
    others: ['a key-value store', 'nowhere: it computes them when asked'],
    consequence: 'Prices that are older than the cache allows are asked of the market (get_price), ten at a time.',
    find: feedState,
  },
]

type Seen = Pick<Examination, 'evidence'>

function marketState({ evidence }: Seen, market: string): unknown {
  return evidence.state(market)
}

function nested(state: unknown, name: keyof NestedConfig): Attempt<unknown> {
  const { config } = marketFields(state, '')
  return config.kind === 'unreadable' ? config : config.value[name]
}
type NestedConfig = Extract<ReturnType<typeof marketFields>['config'], { kind: 'decoded' }>['value']

interface Decoded {
  readonly expected: string
  readonly others?: readonly string[]
  readonly consequence: string
  readonly decoder: (state: unknown) => Attempt<unknown>
  readonly isOther?: (value: unknown) => boolean
}

/** A field that is read, and what the reader makes of it. */
function decodes(id: string, question: string, where: string, how: Decoded): ReadRow {
  const { expected, others = [], consequence, decoder, isOther } = how
  return {
    id,
    question,
    where: `market state: ${where}`,
    expected,
    others,
    consequence,
    find: ({ network, ...seen }) => {
      const state = marketState(seen, network.addresses.market)
      const raw = fieldAt(state, ...where.split('.'))
      if (raw === undefined) return missing(`no ${where}`)
      const attempt = decoder(state)
      if (attempt.kind === 'unreadable') return unknown(attempt.why, raw)
      return isOther?.(attempt.value) ? otherAnswer(shown(attempt.value)) : asExpected(shown(attempt.value))
    },
  }
}

function shown(value: unknown): string {
  if (value instanceof Map) return [...value].map(([name, on]) => `${name} ${on === true ? 'on' : 'off'}`).join(', ')
  return JSON.stringify(value)
}

const feedPrices: Decoder<string> = (state, path) =>
  priceFeedState(state, path).prices.kind === 'inline' ? 'a map in the state' : 'a key-value store'

function feedState({ market, evidence }: Examination): Finding {
  if (market.kind === 'failed') return notShown(`the market was not read: ${market.why}`)
  const feeds = new Set(
    [...market.value.priceFeeds.values()].flatMap((feed) => (feed.kind === 'component' ? [feed.component] : [])),
  )
  if (feeds.size === 0) return notShown('the market names no feed component')
  const found: string[] = []
  for (const feed of feeds) {
    const state = evidence.state(feed)
    if (state === undefined) return missing(`feed ${feed} has no readable state`)
    if (fieldNames(state).includes(COMPUTED_FEED_FIELD)) continue
    const where = attempted(feedPrices)(state, '')
    if (where.kind === 'unreadable') return unknown(`${feed}: ${where.why}`, state)
    found.push(where.value)
  }
  if (found.length === 0) return otherAnswer('nowhere: all are computed when asked')
  return found.every((each) => each === 'a map in the state')
    ? asExpected(found[0] ?? '')
    : otherAnswer(found.join(', '))
}
