import { Decimal } from '@weft/domain/decimal'
import { ADDRESSES } from '../addressbook.ts'
import type { GenesisOverrides } from '../control.ts'
import { UnknownNameError } from '../control.ts'
import { currentKey, historicalKey } from '../market/state.ts'
import {
  COLLATERAL_CONFIGS,
  EFFICIENCY_GROUPS,
  INTEREST_STRATEGIES,
  LOAN_CONFIGS,
  TOKENS,
  VALIDATORS,
} from '../parameters.ts'
import type { ConfigEntry, ResourceConfig } from '../records.ts'
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
  writeConfigs(
    store.efficiencyGroups,
    EFFICIENCY_GROUPS.map((config) => [{ config }]),
    startS,
    version,
  )
  for (const [id, strategy] of INTEREST_STRATEGIES.entries()) store.strategies.write(id, strategy, version)
  writeTokens(store, overrides, startS, version)
  for (const { address, lsu, claimNft, symbol } of ADDRESSES.validators) {
    store.resourceTypes.write(lsu, { kind: 'lsu', validator: address }, version)
    store.nftTypes.write(claimNft, { kind: 'claim', validator: address }, version)
    store.validators.write(address, { symbol, lsu, claimNft }, version)
  }
  store.nftTypes.write(ADDRESSES.liquidityReceipt, { kind: 'registered' }, version)
  store.nftResourceConfigs.write(ADDRESSES.liquidityReceipt, [tokenAddress('XRD'), tokenAddress('xUSDC')], version)
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
  nonFungible(ADDRESSES.liquidityReceipt, 'RECEIPT', 'Ruid')
}

function writeTokens(store: Store, overrides: GenesisOverrides, startS: number, version: number): void {
  for (const [id, token] of TOKENS.entries()) {
    const address = tokenAddress(token.symbol)
    const config: ResourceConfig = {
      priceFeedId: id,
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
    if (token.symbol === 'XRD') continue
    const price = Decimal.parse(overrides.prices?.[token.symbol] ?? token.price)
    store.feedPrices.write(address, { price, timestampS: startS - GENESIS_FEED_AGE_S }, version)
    store.priceCache.write(
      address,
      { transactionHash: '00'.repeat(32), value: price, timestampS: startS - GENESIS_CACHE_AGE_S },
      version,
    )
  }
}

/** The manager counts versions over all its entries; superseded ones stay under a historical key until they expire. */
function writeConfigs<C>(
  table: Table<string, ConfigEntry<C>>,
  configs: readonly (readonly { readonly config: C; readonly expiresInDays?: number }[])[],
  startS: number,
  version: number,
): void {
  let count = 0
  for (const [id, versions] of configs.entries()) {
    for (const { config, expiresInDays } of versions) {
      count++
      const key = expiresInDays === undefined ? currentKey(id) : historicalKey(id, count)
      const expiresAtS = expiresInDays === undefined ? undefined : startS + expiresInDays * SECONDS_PER_DAY
      table.write(key, { id, version: count, config, expiresAtS }, version)
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
