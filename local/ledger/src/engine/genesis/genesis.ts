import { Decimal } from '@weft/domain/decimal'
import { ADDRESSES } from '../addressbook.ts'
import { XRD } from '../addresses.ts'
import { wholeMinute } from '../clock.ts'
import type { LedgerOptions } from '../control.ts'
import { rateAt, withTotals } from '../market/accrual.ts'
import { MarketState } from '../market/state.ts'
import {
  DEPOSIT_LIMIT,
  FLASH_LOAN_FEE_RATE,
  INTEREST_STRATEGIES,
  TOKENS,
  UTILISATION_LIMIT,
  VALIDATORS,
} from '../parameters.ts'
import {
  ADMINISTRATOR_ACCOUNT,
  ARBITRAGEUR_ACCOUNT,
  LENDERS_ACCOUNT,
  PRICE_UPDATER_BADGE_ID,
  STAKERS_ACCOUNT,
} from '../people.ts'
import { Random } from '../random.ts'
import type { CdpRecord, PoolRecord } from '../records.ts'
import { PRICE_UPDATER_BADGES } from '../rendering/components.ts'
import { nonFungibleKey, type Store } from '../store.ts'
import { Track } from '../table.ts'
import { UnitRatio } from '../unit-ratio.ts'
import { GenesisBalances } from './balances.ts'
import { borrowerAccount, type CdpContext, randomCdp, specifiedCdp } from './cdps.ts'
import { depositUnitAddress, tokenAddress, validatorOf, writeMarket } from './market.ts'
import { realisticRecipe, recipes } from './recipe.ts'

/** Versions of the three genesis transactions: the market, its CDPs, and the burning of some. */
const MARKET_VERSION = 1
const CDPS_VERSION = 2
const BURNS_VERSION = 3
export const GENESIS_VERSIONS = BURNS_VERSION

/** Epoch at genesis: old enough that claim NFTs of the past can exist. */
export const GENESIS_EPOCH = 10_000

const BURNED_SHARE = 0.04

/** Worth in XRD of what the faucet and the arbitrageur hold of each token. */
const RESERVE_XRD = Decimal.parse('1000000000000')
const DEFAULT_DEX_DEPTH_XRD = 20_000_000
const DEX_DEPTH_XRD_PER_CDP = 10_000
/** Stakes grow with the ledger, so that there is LSU for everybody; their price does not. */
const CDPS_PER_STAKE = 500

/** Fills an empty store: the same seed and options give the same ledger. */
export function writeGenesis(store: Store, options: LedgerOptions, nowS: number): void {
  const startS = wholeMinute(nowS)
  const overrides = options.genesis ?? {}
  const random = new Random(options.seed, 'genesis')
  const balances = new GenesisBalances()
  writeMarket(store, overrides, startS, MARKET_VERSION)
  const stakeScale = Decimal.fromInteger(Math.max(1, Math.ceil(options.cdps / CDPS_PER_STAKE)))
  writeStakes(store, balances, stakeScale)
  const pools = writeProvisionalPools(store, random, startS)

  const market = new MarketState(store, new Track(), startS)
  const context: CdpContext = { market, balances, random, epoch: GENESIS_EPOCH, version: CDPS_VERSION }
  const owed = writeCdps(store, context, options)
  finishPools(store, balances, pools, owed, overrides.utilisation ?? {})
  fund(market, balances)
  writeDex(store, market, balances, overrides.dexDepthXrd, options.cdps)
  finishStakes(store, balances, stakeScale)
  balances.write(store, MARKET_VERSION)
  countNonFungibles(store)
}

/** LSU supply and stake stand before the CDPs are made, because the price of LSU follows from them. */
function writeStakes(store: Store, balances: GenesisBalances, scale: Decimal): void {
  for (const { symbol, stakedXrd, lsuSupply } of VALIDATORS) {
    const { address, lsu } = validatorOf(symbol)
    const staked = Decimal.parse(stakedXrd).times(scale)
    balances.credit(address, XRD, staked, 'stake')
    store.fungibleVaults.write(`${address}|${XRD}|stake`, staked, MARKET_VERSION)
    const record = store.resources.latest(lsu)
    if (record?.kind === 'fungible')
      store.resources.write(lsu, { ...record, minted: Decimal.parse(lsuSupply).times(scale) }, MARKET_VERSION)
  }
}

function finishStakes(_store: Store, balances: GenesisBalances, scale: Decimal): void {
  for (const { symbol, lsuSupply } of VALIDATORS) {
    const { lsu } = validatorOf(symbol)
    const rest = Decimal.parse(lsuSupply).times(scale).minus(balances.minted(lsu))
    if (rest.isNegative()) throw new RangeError(`Genesis gave out more LSU of ${symbol} than there is.`)
    balances.credit(STAKERS_ACCOUNT, lsu, rest)
  }
}

/** Pools with the unit ratios that years of interest left; their totals follow once the loans are known. */
function writeProvisionalPools(store: Store, random: Random, startS: number): ReadonlyMap<string, PoolRecord> {
  const updatePeriodS = Number(store.answers.period)
  const pools = new Map<string, PoolRecord>()
  for (const { symbol, divisibility, pool } of TOKENS) {
    if (!pool) continue
    const state = (ratio: number) => ({
      divisibility,
      total: Decimal.ZERO,
      units: Decimal.ZERO,
      ratio: UnitRatio.parse(ratio.toFixed(6)),
    })
    const record: PoolRecord = {
      depositUnit: depositUnitAddress(symbol),
      interestRate: Decimal.ZERO,
      interestUpdatedAtS: wholeMinute(startS - random.between(0, updatePeriodS - 60)),
      pendingProtocolFee: Decimal.ZERO,
      deposits: state(0.9 + random.fraction() * 0.09),
      loans: state(0.8 + random.fraction() * 0.1),
      strategyId: pool.strategyId,
      updatePeriodS,
      loanFeeRate: Decimal.ZERO,
      flashLoanFeeRate: FLASH_LOAN_FEE_RATE,
      depositLimit: DEPOSIT_LIMIT,
      utilisationLimit: UTILISATION_LIMIT,
    }
    pools.set(tokenAddress(symbol), record)
    store.pools.write(tokenAddress(symbol), record, MARKET_VERSION)
  }
  return pools
}

/** @returns the loan units owed to each pool. */
function writeCdps(store: Store, context: CdpContext, options: LedgerOptions): ReadonlyMap<string, Decimal> {
  const { balances, random } = context
  const specified = options.genesis?.cdps ?? []
  const owed = new Map<string, Decimal>()
  const keep = (number: number, cdp: CdpRecord) => {
    store.cdps.write(number, cdp, CDPS_VERSION)
    const owner = borrowerAccount(number)
    store.cdpOwners.write(number, owner, CDPS_VERSION)
    balances.creditId(owner, ADDRESSES.cdpResource, `#${number}#`)
    for (const [resource, { units }] of cdp.loans) owed.set(resource, (owed.get(resource) ?? Decimal.ZERO).plus(units))
  }
  const mints = store.mintsOf(ADDRESSES.cdpResource)
  const burned: number[] = []
  const { collateralKinds, nearThreshold } = options.genesis ?? {}
  const recipe = recipes(realisticRecipe(collateralKinds), nearThreshold)
  let number = 0
  for (const spec of specified) {
    number++
    mints.add(CDPS_VERSION, `#${number}#`)
    keep(number, specifiedCdp(context, spec))
  }
  for (let made = 0; made < options.cdps - specified.length; ) {
    number++
    mints.add(CDPS_VERSION, `#${number}#`)
    if (random.chance(BURNED_SHARE)) {
      burned.push(number)
      store.cdps.write(number, EMPTY_CDP, CDPS_VERSION)
    } else {
      keep(number, randomCdp(context, recipe.next().value))
      made++
    }
  }
  for (const each of burned) store.cdps.write(each, undefined, BURNS_VERSION)
  store.cdpCounter.write('counter', number, CDPS_VERSION)
  const record = store.resources.latest(ADDRESSES.cdpResource)
  if (record?.kind === 'non-fungible')
    store.resources.write(ADDRESSES.cdpResource, { ...record, minted: number, burned: burned.length }, CDPS_VERSION)
  return owed
}

const EMPTY_CDP: CdpRecord = {
  mintedAtS: 0,
  updatedAtS: 0,
  name: 'Wefty',
  loans: new Map(),
  collaterals: new Map(),
  nftCollaterals: new Map(),
}

function finishPools(
  store: Store,
  balances: GenesisBalances,
  pools: ReadonlyMap<string, PoolRecord>,
  owed: ReadonlyMap<string, Decimal>,
  utilisations: Readonly<Record<string, string>>,
): void {
  for (const { symbol, pool, divisibility, price } of TOKENS) {
    const resource = tokenAddress(symbol)
    const record = pools.get(resource)
    if (!pool || !record) continue
    const units = owed.get(resource) ?? Decimal.ZERO
    const loansTotal = record.loans.ratio.amountOf(units)
    const utilisation = Decimal.parse(utilisations[symbol] ?? pool.utilisation)
    // Deposits carry the loans at the wanted utilisation, and at least the deposit units that are collateral, and never nothing.
    const depositUnits = record.deposits.ratio.amountOf(balances.minted(record.depositUnit))
    const floor = Decimal.parse('1000000').dividedBy(Decimal.parse(price)).round(divisibility, 'ToPositiveInfinity')
    const depositsTotal = Decimal.max(
      loansTotal.dividedBy(utilisation),
      depositUnits.times(Decimal.parse('1.1')),
      floor,
    )
    const allUnits = record.deposits.ratio.unitsOf(depositsTotal)
    const usage = loansTotal.dividedBy(depositsTotal)
    const strategy = INTEREST_STRATEGIES[record.strategyId]
    store.pools.write(
      resource,
      {
        ...record,
        interestRate: strategy ? rateAt(strategy, usage) : Decimal.ZERO,
        loans: withTotals(record.loans, loansTotal, units),
        deposits: withTotals(record.deposits, depositsTotal, allUnits),
      },
      MARKET_VERSION,
    )
    balances.credit(LENDERS_ACCOUNT, record.depositUnit, allUnits.minus(balances.minted(record.depositUnit)))
    balances.credit(ADDRESSES.pool, resource, depositsTotal.minus(loansTotal).round(divisibility, 'ToZero'))
  }
}

/** Accounts that simulated people draw from. */
function fund(market: MarketState, balances: GenesisBalances): void {
  for (const { symbol, divisibility, pool } of TOKENS) {
    const resource = tokenAddress(symbol)
    const amount = RESERVE_XRD.dividedBy(market.price(resource).price).round(divisibility, 'ToZero')
    for (const account of [ADDRESSES.faucetAccount, ARBITRAGEUR_ACCOUNT, ADDRESSES.competitorAccount])
      balances.credit(account, resource, amount)
    if (pool) balances.credit(ADDRESSES.faucetAccount, depositUnitAddress(symbol), Decimal.ZERO)
  }
  balances.credit(ADDRESSES.priceUpdaterAccount, XRD, Decimal.parse('10000000'))
  writeBadges(market.store, balances)
}

/** The price updater holds the newest of its badges; the others lie with the operators. */
function writeBadges(store: Store, balances: GenesisBalances): void {
  for (let number = 1; number <= PRICE_UPDATER_BADGES; number++) {
    const id = `#${number}#`
    const owner = id === PRICE_UPDATER_BADGE_ID ? ADDRESSES.priceUpdaterAccount : ADMINISTRATOR_ACCOUNT
    store.nonFungibles.write(nonFungibleKey(ADDRESSES.priceUpdaterBadge, id), { kind: 'badge' }, MARKET_VERSION)
    store.mintsOf(ADDRESSES.priceUpdaterBadge).add(MARKET_VERSION, id)
    balances.creditId(owner, ADDRESSES.priceUpdaterBadge, id)
  }
}

function writeDex(
  store: Store,
  market: MarketState,
  balances: GenesisBalances,
  depthText: string | undefined,
  cdps: number,
): void {
  const depth = Decimal.parse(depthText ?? String(Math.max(DEFAULT_DEX_DEPTH_XRD, cdps * DEX_DEPTH_XRD_PER_CDP)))
  for (const { symbol, divisibility } of TOKENS) {
    if (symbol === 'XRD') continue
    const resource = tokenAddress(symbol)
    const token = depth.dividedBy(market.price(resource).price).round(divisibility, 'ToZero')
    store.dexPools.write(resource, { token, xrd: depth }, MARKET_VERSION)
    balances.credit(ADDRESSES.dex, resource, token)
    balances.credit(ADDRESSES.dex, XRD, depth)
  }
}

function countNonFungibles(store: Store): void {
  for (const resource of [
    ADDRESSES.liquidityReceipt,
    ADDRESSES.priceUpdaterBadge,
    ...ADDRESSES.validators.map(({ claimNft }) => claimNft),
  ]) {
    const record = store.resources.latest(resource)
    if (record?.kind === 'non-fungible')
      store.resources.write(
        resource,
        { ...record, minted: store.mintsOf(resource).countAt(GENESIS_VERSIONS) },
        CDPS_VERSION,
      )
  }
}
