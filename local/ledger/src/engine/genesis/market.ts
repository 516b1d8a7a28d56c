import { Decimal } from '@weft/domain/decimal'
import { ADDRESSES } from '../addressbook.ts'
import type { GenesisOverrides } from '../control.ts'
import { UnknownNameError } from '../control.ts'
import { allEnabled, GLOBAL_SCOPES, type ServiceComponent, servicesKey } from '../market/services.ts'
import { currentKey, historyKey } from '../market/state.ts'
import {
  COLLATERAL_CONFIGS,
  EFFICIENCY_GROUPS,
  INTEREST_STRATEGIES,
  LOAN_CONFIGS,
  POOL_FEES,
  TOKENS,
  VALIDATORS,
} from '../parameters.ts'
import type { ConfigEntry, PriceFeed, ResourceConfig } from '../records.ts'
import type { Store } from '../store.ts'
import type { Table } from '../table.ts'

const SECONDS_PER_DAY = 86_400
/** How old the prices are when the ledger starts. */
const GENESIS_FEED_AGE_S = 60
const GENESIS_CACHE_AGE_S = 300

/** Resources, configuration, prices, services: everything of the market that does not depend on who holds what. */
export function writeMarket(store: Store, overrides: GenesisOverrides, startS: number, version: number): void {
  writeResources(store, version)
  store.settings.write(
    'market',
    {
      maxPositions: 8,
      maxPositionsWithNft: 2,
      priceExpirationS: overrides.priceExpirationSeconds ?? 14_400,
      priceDebounceS: overrides.priceDebounceSeconds ?? 900,
      defaultEfficiencyConfigId: 5,
      maxClaimNftValue: Decimal.parse('1000000'),
      cdpCreationFee: Decimal.ZERO,
      bonusFeeRate: Decimal.parse('0.2'),
      poolFees: POOL_FEES,
    },
    version,
  )
  writeConfigs(store.collateralConfigs, overriddenConfigs(overrides), startS, version)
  writeConfigs(
    store.loanConfigs,
    LOAN_CONFIGS.map((config) => [{ config: { ...config, ...parsed(overrides.loanConfig ?? {}) } }]),
    startS,
    version,
  )
  writeCurrent(store.efficiencyGroups, EFFICIENCY_GROUPS, version)
  writeCurrent(store.strategies, INTEREST_STRATEGIES, version)
  writeCurrent(store.priceFeeds, PRICE_FEEDS, version)
  writeServices(store, version)
  writeTokens(store, overrides, startS, version)
  for (const { address, lsu, claimNft, symbol } of ADDRESSES.validators) {
    store.resourceTypes.write(lsu, { kind: 'lsu', validator: address }, version)
    store.nftTypes.write(claimNft, { kind: 'claim', validator: address }, version)
    store.validators.write(address, { symbol, lsu, claimNft }, version)
  }
  store.nftTypes.write(ADDRESSES.liquidityReceipt, { kind: 'registered' }, version)
  store.nftResourceConfigs.write(
    ADDRESSES.liquidityReceipt,
    {
      valuator: ADDRESSES.nftValuator,
      underlying: [tokenAddress('XRD'), tokenAddress('xUSDC')],
      maxValue: undefined,
    },
    version,
  )
}

/** Id → feed. */
const DEFAULT_FEED_ID = 0
const LSULP_FEED_ID = 1
const XRD_FEED_ID = 2

export const DEFAULT_PRICE_FEED: PriceFeed = {
  description: 'Default PriceFeed',
  source: { kind: 'component', component: ADDRESSES.priceFeed },
}

const PRICE_FEEDS: readonly PriceFeed[] = [
  DEFAULT_PRICE_FEED,
  { description: 'LSULP', source: { kind: 'component', component: ADDRESSES.lsulpPriceFeed } },
  { description: 'XRD', source: { kind: 'fixed', price: Decimal.ONE } },
]

function priceFeedOf(symbol: string): number {
  if (symbol === 'XRD') return XRD_FEED_ID
  return symbol === 'LSULP' ? LSULP_FEED_ID : DEFAULT_FEED_ID
}

/** Resources with switches of their own from the start. */
const OWN_SERVICES: readonly (readonly [ServiceComponent, string])[] = [
  ['collateral', 'DAPP'],
  ['loan', 'hETH'],
  ['pool', 'hETH'],
]

function writeServices(store: Store, version: number): void {
  for (const component of Object.keys(GLOBAL_SCOPES) as ServiceComponent[])
    for (const scope of GLOBAL_SCOPES[component])
      store.services.write(servicesKey(component, scope), allEnabled(component), version)
  for (const [component, symbol] of OWN_SERVICES)
    store.services.write(servicesKey(component, tokenAddress(symbol)), allEnabled(component), version)
}

function overriddenConfigs(overrides: GenesisOverrides): typeof COLLATERAL_CONFIGS {
  return COLLATERAL_CONFIGS.map((versions, id) =>
    versions.map(({ config, expiresInDays }) =>
      expiresInDays === undefined
        ? { config: { ...config, ...parsed(overrides.collateralConfigs?.[id] ?? {}) } }
        : { config, expiresInDays },
    ),
  )
}

function parsed<K extends string>(texts: Readonly<Partial<Record<K, string>>>): Partial<Record<K, Decimal>> {
  const numbers: Partial<Record<K, Decimal>> = {}
  for (const key of Object.keys(texts) as K[]) {
    const text = texts[key]
    if (text !== undefined) numbers[key] = Decimal.parse(text)
  }
  return numbers
}

function writeResources(store: Store, version: number): void {
  const fungible = (address: string, symbol: string, divisibility: number) =>
    store.resources.write(
      address,
      { kind: 'fungible', symbol, divisibility, minted: Decimal.ZERO, burned: Decimal.ZERO },
      version,
    )
  const nonFungible = (address: string, symbol: string, idType: 'Integer' | 'Ruid') =>
    store.resources.write(address, { kind: 'non-fungible', symbol, idType, minted: 0, burned: 0 }, version)
  for (const { symbol, divisibility, pool } of TOKENS) {
    fungible(tokenAddress(symbol), symbol, divisibility)
    if (pool) fungible(depositUnitAddress(symbol), `du-${symbol}`, 18)
  }
  for (const { symbol } of VALIDATORS) {
    const validator = validatorOf(symbol)
    fungible(validator.lsu, `lsu-${symbol}`, 18)
    nonFungible(validator.claimNft, `claim-${symbol}`, 'Ruid')
  }
  nonFungible(ADDRESSES.cdpResource, 'WEFTY', 'Integer')
  nonFungible(ADDRESSES.loanTermResource, 'LOAN-TERM', 'Integer')
  nonFungible(ADDRESSES.marketTransientResource, 'TRANSIENT', 'Integer')
  nonFungible(ADDRESSES.priceUpdaterBadge, 'PRICE-UPDATER', 'Integer')
  nonFungible(ADDRESSES.liquidityReceipt, 'RECEIPT', 'Ruid')
}

function writeTokens(store: Store, overrides: GenesisOverrides, startS: number, version: number): void {
  for (const token of TOKENS) {
    const address = tokenAddress(token.symbol)
    const config: ResourceConfig = {
      priceFeedId: priceFeedOf(token.symbol),
      loan: token.pool ? { configId: 0, efficiencyGroup: token.efficiencyGroup } : undefined,
      collateral: {
        configId: token.collateralConfigId,
        efficiencyGroups: token.efficiencyGroup === undefined ? [] : [token.efficiencyGroup],
      },
    }
    store.resourceConfigs.write(address, config, version)
    store.resourceTypes.write(address, { kind: 'token' }, version)
    if (token.pool)
      store.resourceTypes.write(
        depositUnitAddress(token.symbol),
        { kind: 'deposit-unit', underlying: address },
        version,
      )
    const price = Decimal.parse(token.symbol === 'XRD' ? '1' : (overrides.prices?.[token.symbol] ?? token.price))
    const feed = token.symbol === 'LSULP' ? store.proxyPrices : store.feedPrices
    feed.write(address, { price, timestampS: startS - GENESIS_FEED_AGE_S }, version)
    store.priceCache.write(
      address,
      { transactionHash: '00'.repeat(32), value: price, timestampS: startS - GENESIS_CACHE_AGE_S },
      version,
    )
  }
}

/** A manager that keeps no history has no versions either. */
function writeCurrent<C>(table: Table<string, ConfigEntry<C>>, configs: readonly C[], version: number): void {
  for (const [id, config] of configs.entries())
    table.write(currentKey(id), { id, version: 0, config, expiresAtS: undefined }, version)
}

/** The manager counts versions over all its entries; each stands under its number, the one in force also under its id. */
function writeConfigs<C>(
  table: Table<string, ConfigEntry<C>>,
  configs: readonly (readonly { readonly config: C; readonly expiresInDays?: number }[])[],
  startS: number,
  version: number,
): void {
  let count = 0
  for (const [id, versions] of configs.entries()) {
    for (const { config, expiresInDays } of versions) {
      const expiresAtS = expiresInDays === undefined ? undefined : startS + expiresInDays * SECONDS_PER_DAY
      const entry = { id, version: count, config, expiresAtS }
      table.write(historyKey(count), entry, version)
      if (expiresInDays === undefined) table.write(currentKey(id), entry, version)
      count++
    }
  }
}

/** @throws {UnknownNameError} */
export function tokenAddress(symbol: string): string {
  return known(ADDRESSES.tokens[symbol], symbol)
}

/** @throws {UnknownNameError} */
export function depositUnitAddress(symbol: string): string {
  return known(ADDRESSES.depositUnits[symbol], `du-${symbol}`)
}

/** @throws {UnknownNameError} */
export function validatorOf(symbol: string) {
  return known(
    ADDRESSES.validators.find((validator) => validator.symbol === symbol),
    symbol,
  )
}

function known<T>(found: T | undefined, name: string): T {
  if (found === undefined) throw new UnknownNameError(`The local ledger has nothing called "${name}".`)
  return found
}

/** A resource by symbol (`xUSDC`, `du-XRD`, `lsu-validator-1`) or address. @throws {UnknownNameError} */
export function resourceByName(name: string): string {
  if (name.startsWith('resource_')) return name
  if (name.startsWith('du-')) return depositUnitAddress(name.slice('du-'.length))
  if (name.startsWith('lsu-')) return validatorOf(name.slice('lsu-'.length)).lsu
  return tokenAddress(name)
}
