import { fieldNames } from '../sbor/composites.ts'
import { attempted, isJsonObject } from '../sbor/decode.ts'
import { marketFields, poolFields } from '../weft/decode-components.ts'
import { resource } from '../weft/decode-configs.ts'
import { POOL_STORES, poolStore } from '../weft/pool-stores.ts'
import { fieldAt, type RawEntry } from './evidence.ts'
import type { Examination } from './examination.ts'
import { integerKinds } from './integer-kinds.ts'
import { asExpected, type Finding, missing, notShown, otherAnswer, type ReadRow, unknown } from './row.ts'

/** Rows about the lending pool's component and the pools in it. */
export const POOL_ROWS: readonly ReadRow[] = [
  {
    id: 'pool.stores',
    question: 'Do the stores of the lending pool have the names that its clients declare?',
    where: `pool state: ${Object.keys(POOL_STORES).join(', ')}`,
    expected: 'all by name',
    others: ['other names, found by mainnet’s published addresses'],
    consequence: 'Without pools no debt is valued by us, and nothing is planned.',
    find: ({ network, evidence }) => {
      const state = evidence.state(network.addresses.pool)
      if (state === undefined) return missing(`no component ${network.addresses.pool} with a readable state`)
      const names = fieldNames(state)
      for (const store of Object.values(POOL_STORES)) {
        const found = poolStore(state, store)
        if (found.kind === 'unreadable') return missing(found.why)
      }
      const unnamed = Object.values(POOL_STORES).filter(({ field }) => !names.includes(field))
      return unnamed.length === 0
        ? asExpected('all by name')
        : otherAnswer(`no field ${unnamed.map(({ field }) => field).join(', ')} among ${names.join(', ')}`)
    },
  },
  {
    id: 'pool.flash-loan-term',
    question: 'Which resource is the receipt of a flash loan?',
    where: 'pool state: transient_res_manager',
    expected: 'a resource of its own, and the configured one where one is configured',
    others: [],
    consequence: 'No flash loans: only what lies in the wallet can be repaid with.',
    find: ({ network: { addresses }, evidence }) => {
      const state = evidence.state(addresses.pool)
      const raw = fieldAt(state, 'transient_res_manager')
      if (raw === undefined) return missing('the pool has no transient_res_manager')
      const term = poolFields(state, '').transient_res_manager
      if (term.kind === 'unreadable') return unknown(term.why, raw)
      const { loanTermResource } = addresses
      if (loanTermResource !== undefined && loanTermResource !== term.value)
        return unknown(`the configuration names ${loanTermResource}`, term.value)
      const ofMarket = attempted(resource)(fieldAt(evidence.state(addresses.market), 'transient_res_manager'), '')
      return ofMarket.kind === 'decoded' && ofMarket.value === term.value
        ? unknown('it is also the market’s own receipt', term.value)
        : asExpected(term.value)
    },
  },
  {
    id: 'pool.fees',
    question: 'What share of the interest is the protocol’s?',
    where: 'pool state: fee_config.protocol_interest_fee_rate',
    expected: 'Decimal',
    others: [],
    consequence: 'What a withdrawal brings past an accrual is promised lower.',
    find: ({ network, evidence }) => {
      const state = evidence.state(network.addresses.pool)
      const raw = fieldAt(state, 'fee_config')
      if (raw === undefined) return missing('the pool has no fee_config')
      const fees = poolFields(state, '').fee_config
      return fees.kind === 'unreadable'
        ? unknown(fees.why, raw)
        : asExpected(fees.value.protocol_interest_fee_rate.toString())
    },
  },
  {
    id: 'pool.integer-kinds',
    question: 'Of which kind is the accrual period?',
    where: 'resource_pools: pool_config.interest_update_period',
    expected: 'U64',
    others: ['I64'],
    consequence: 'None: any kind of integer is read.',
    find: ofPools((pools) =>
      integerKinds(Object.fromEntries(pools.map((pool, index) => [`pool ${index}`, periodOf(pool)]))),
    ),
  },
  {
    id: 'pool.accrual-period',
    question: 'How much time lies between two accruals?',
    where: 'resource_pools: pool_config.interest_update_period',
    expected: '1800 s',
    others: ['900 s', '86400 s'],
    consequence: 'None: the period is read. It says how far a debt may step up when a pool is touched.',
    find: ofPools((pools) => {
      const periods = [...new Set(pools.map((pool) => textIn(periodOf(pool)) ?? 'none'))]
      const found = periods.map((period) => `${period} s`).join(', ')
      if (periods.includes('none')) return missing('a pool has no interest_update_period')
      if (found === '1800 s') return asExpected(found)
      return periods.every((each) => ['900', '1800', '86400'].includes(each))
        ? otherAnswer(found)
        : unknown('another period', found)
    }),
  },
  {
    id: 'pool.number-kinds',
    question: 'Of which kind are totals and unit ratios?',
    where: 'resource_pools: deposit_state and loan_state',
    expected: 'total and total_units Decimal, unit_ratio PreciseDecimal',
    others: ['PreciseDecimal throughout'],
    consequence: 'None for these two; of any other kind, no debt is valued by us.',
    find: ofPools((pools) => {
      const kinds = pools.flatMap(({ value }) =>
        ['deposit_state', 'loan_state'].map((state) =>
          ['total', 'total_units', 'unit_ratio'].map((name) => kindOf(fieldAt(value, state, name))).join(' '),
        ),
      )
      const different = [...new Set(kinds)]
      const [first = ''] = different
      if (different.length === 1 && first === 'Decimal Decimal PreciseDecimal') return asExpected(first)
      return different.every((each) => /^((Precise)?Decimal ){2}PreciseDecimal$/.test(each))
        ? otherAnswer(different.join('; '))
        : unknown('another kind', different.join('; '))
    }),
  },
  {
    id: 'pool.whole-minutes',
    question: 'Does the market’s clock count whole minutes?',
    where: 'resource_pools: interest_updated_at; price_cache: timestamp',
    expected: 'every instant is a whole minute',
    others: [],
    consequence: 'Prices and configurations would end up to a minute earlier or later than we count.',
    find: (seen) => {
      const { price_cache: cache } = marketFields(seen.evidence.state(seen.network.addresses.market), '')
      const cached = cache.kind === 'decoded' ? (seen.evidence.table(cache.value) ?? []) : []
      const instants = [
        ...(pools(seen) ?? []).map(({ value }) => textIn(fieldAt(value, 'interest_updated_at'))),
        ...cached.map(({ value }) => textIn(fieldAt(value, 'timestamp'))),
      ].filter((each) => each !== undefined)
      if (instants.length === 0) return notShown('no instant was read')
      const odd = instants.find((each) => Number(each) % 60 !== 0)
      return odd === undefined ? asExpected(`${instants.length} instants`) : unknown('with seconds', odd)
    },
  },
]

function pools({ network, evidence }: Pick<Examination, 'network' | 'evidence'>): readonly RawEntry[] | undefined {
  const store = poolStore(evidence.state(network.addresses.pool), POOL_STORES.resource_pools)
  return store.kind === 'decoded' ? evidence.table(store.value) : undefined
}

function ofPools(find: (pools: readonly RawEntry[]) => Finding): ReadRow['find'] {
  return (seen) => {
    const read = pools(seen)
    if (read === undefined) return notShown('resource_pools was not read')
    return read.length === 0 ? missing('there is no pool') : find(read)
  }
}

function periodOf({ value }: RawEntry): unknown {
  const config = fieldAt(value, 'pool_config')
  const named = fieldAt(config, 'interest_update_period')
  return named ?? (isJsonObject(config) && Array.isArray(config.fields) ? config.fields[0] : undefined)
}

function kindOf(value: unknown): string {
  return isJsonObject(value) ? String(value.kind) : 'nothing'
}

function textIn(value: unknown): string | undefined {
  return isJsonObject(value) && typeof value.value === 'string' ? value.value : undefined
}
