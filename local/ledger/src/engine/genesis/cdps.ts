import { Decimal } from '@weft/domain/decimal'
import { ADDRESSES } from '../addressbook.ts'
import { addressOf, XRD } from '../addresses.ts'
import type { CdpSpec, CollateralKind } from '../control.ts'
import { currentConfig } from '../market/cdp-book.ts'
import { judge } from '../market/health.ts'
import type { MarketState } from '../market/state.ts'
import { TOKENS, UNSTAKING_EPOCHS } from '../parameters.ts'
import type { Random } from '../random.ts'
import type { CdpRecord, CollateralInfo, LoanInfo, NftCollateralInfo, RecordedConfig } from '../records.ts'
import { nonFungibleKey } from '../store.ts'
import type { GenesisBalances } from './balances.ts'
import { depositUnitAddress, resourceByName, tokenAddress, validatorOf } from './market.ts'
import type { Recipe } from './recipe.ts'

/** Expects the pools' unit ratios and the validators' stakes to stand already: amounts owed and values follow from them. */
export interface CdpContext {
  readonly market: MarketState
  readonly balances: GenesisBalances
  readonly random: Random
  readonly epoch: number
  readonly version: number
}

const LEAST_VALUE_XRD = 500
const MOST_VALUE_XRD = 600_000
const SECOND_LOAN_CHANCE = 0.12
const SECOND_COLLATERAL_CHANCE = 0.22
/** How many CDPs still carry the version before the present one, where there was one. */
const OLD_VERSION_CHANCE = 0.3

const DIVISIBILITY = new Map(TOKENS.map(({ symbol, divisibility }) => [tokenAddress(symbol), divisibility]))

/** One CDP, healthy as long as its recipe is. */
export function randomCdp(context: CdpContext, recipe: Recipe): CdpRecord {
  const { random } = context
  const kind = random.pickWeighted(recipe.kinds)
  const isNft = kind === 'claim-nft' || kind === 'registered-nft'
  const loans = pickLoans(random, recipe, isNft)
  const valueXrd = random.logUniform(LEAST_VALUE_XRD, MOST_VALUE_XRD)
  const collaterals = new Map<string, CollateralInfo>()
  const nfts = new Map<string, NftCollateralInfo>()
  if (isNft) addNft(context, kind, valueXrd, loans, nfts)
  else {
    const add = (of: CollateralKind, worthXrd: number) =>
      addCollateral(context, of, random.pickWeighted(recipe.collaterals), worthXrd, loans, collaterals)
    add(kind, valueXrd)
    if (random.chance(SECOND_COLLATERAL_CHANCE))
      add(random.pickWeighted(recipe.kinds.filter(([, each]) => !each.endsWith('nft'))), valueXrd / 3)
  }
  return withLoans(context, recipe, loans, collaterals, nfts)
}

function pickLoans(random: Random, recipe: Recipe, single: boolean): string[] {
  if (!single && random.chance(recipe.noLoanChance)) return []
  const first = tokenAddress(random.pickWeighted(recipe.loans))
  const second = tokenAddress(random.pickWeighted(recipe.loans))
  return !single && second !== first && random.chance(SECOND_LOAN_CHANCE) ? [first, second] : [first]
}

function addCollateral(
  context: CdpContext,
  kind: CollateralKind,
  symbol: string,
  valueXrd: number,
  loans: readonly string[],
  into: Map<string, CollateralInfo>,
): void {
  const { market } = context
  const resource = pickResource(context, kind, symbol)
  if (into.has(resource)) return
  const value = approximately(valueXrd)
  const type = market.resourceType(resource)
  const price = type.kind === 'lsu' ? market.lsuPrice(type.validator) : market.price(market.judgedAs(resource)).price
  const amount = inUnits(market, resource, value.dividedBy(price)).round(DIVISIBILITY.get(resource) ?? 18, 'ToZero')
  if (amount.isZero()) return
  into.set(resource, { amount, config: aged(context, resource, currentConfig(market, resource, loans)) })
  context.balances.credit(ADDRESSES.market, resource, amount)
}

function inUnits(market: MarketState, resource: string, amount: Decimal): Decimal {
  const type = market.resourceType(resource)
  return type.kind === 'deposit-unit' ? market.depositRatio(type.underlying).unitsOf(amount) : amount
}

function pickResource({ random }: CdpContext, kind: CollateralKind, symbol: string): string {
  if (kind === 'lsu') return random.pick(ADDRESSES.validators).lsu
  const pooled = ADDRESSES.depositUnits[symbol] !== undefined
  return kind === 'deposit-unit' && pooled ? depositUnitAddress(symbol) : tokenAddress(symbol)
}

/** Some positions were last touched before their configuration changed. */
function aged({ market, random }: CdpContext, resource: string, config: RecordedConfig): RecordedConfig {
  const { collateral } = market.resourceConfig(market.judgedAs(resource))
  const hasFormer = collateral?.configId === 1 || collateral?.configId === 4
  if (config.mode.kind !== 'none' || !hasFormer || !random.chance(OLD_VERSION_CHANCE)) return config
  return { ...config, version: config.version - 1 }
}

function addNft(
  context: CdpContext,
  kind: CollateralKind,
  valueXrd: number,
  loans: readonly string[],
  into: Map<string, NftCollateralInfo>,
): void {
  const { market, random } = context
  const value = approximately(valueXrd)
  if (kind === 'claim-nft') {
    const { address, claimNft } = random.pick(ADDRESSES.validators)
    const claimEpoch = context.epoch + random.between(-UNSTAKING_EPOCHS, UNSTAKING_EPOCHS)
    const id = mintClaim(context, address, claimNft, value, Math.max(claimEpoch, 1))
    into.set(claimNft, { ids: [id], configs: new Map([[XRD, currentConfig(market, XRD, loans)]]) })
    return
  }
  const usdc = tokenAddress('xUSDC')
  const half = value.dividedBy(Decimal.fromInteger(2))
  const underlying = new Map([
    [XRD, half],
    [usdc, half.dividedBy(market.price(usdc).price).round(6, 'ToZero')],
  ])
  const resource = ADDRESSES.liquidityReceipt
  const id = randomRuid(random)
  market.store.nonFungibles.write(
    nonFungibleKey(resource, id),
    { kind: 'receipt', name: 'Liquidity Receipt', underlying },
    context.version,
  )
  market.store.mintsOf(resource).add(context.version, id)
  context.balances.creditId(ADDRESSES.market, resource, id)
  for (const [of, amount] of underlying) context.balances.credit(ADDRESSES.dex, of, amount, 'receipts')
  into.set(resource, {
    ids: [id],
    configs: new Map([...underlying.keys()].map((of) => [of, currentConfig(market, of, loans)])),
  })
}

function mintClaim(
  { market, balances, random, version }: CdpContext,
  validator: string,
  claimNft: string,
  claimAmount: Decimal,
  claimEpoch: number,
): string {
  const id = randomRuid(random)
  market.store.nonFungibles.write(
    nonFungibleKey(claimNft, id),
    { kind: 'claim', name: 'Stake Claim', claimEpoch, claimAmount },
    version,
  )
  market.store.mintsOf(claimNft).add(version, id)
  balances.creditId(ADDRESSES.market, claimNft, id)
  balances.credit(validator, XRD, claimAmount, 'pending')
  return id
}

/** Adds the loans that bring the CDP to the liquidation LTV of its recipe. */
function withLoans(
  context: CdpContext,
  recipe: Recipe,
  loanResources: readonly string[],
  collaterals: ReadonlyMap<string, CollateralInfo>,
  nftCollaterals: ReadonlyMap<string, NftCollateralInfo>,
): CdpRecord {
  const { market, random } = context
  const mintedAtS = market.nowS - random.between(0, 400 * 86_400)
  const bare: CdpRecord = {
    mintedAtS,
    updatedAtS: random.between(mintedAtS, market.nowS),
    name: 'Wefty',
    loans: new Map(),
    collaterals,
    nftCollaterals,
  }
  const { totalLiquidationValue } = judge(market, bare)
  const debt = totalLiquidationValue.times(approximately(recipe.liquidationLtv(random)))
  const loans = new Map<string, LoanInfo>()
  for (const resource of loanResources) {
    const share = debt.dividedBy(Decimal.fromInteger(loanResources.length))
    const amount = share.dividedBy(market.price(resource).price).round(DIVISIBILITY.get(resource) ?? 18, 'ToZero')
    const units = market.loanRatio(resource).unitsOf(amount)
    if (units.isPositive()) loans.set(resource, { units, configVersion: market.currentLoanVersion(resource) })
  }
  return { ...bare, loans }
}

/** A CDP as a test or a scenario asks for it, of any health. */
export function specifiedCdp(context: CdpContext, spec: CdpSpec): CdpRecord {
  const { market, balances } = context
  const loanAmounts = Object.entries(spec.loans ?? {}).map(
    ([name, text]) => [resourceByName(name), Decimal.parse(text)] as const,
  )
  const loanResources = loanAmounts.map(([resource]) => resource)
  const collaterals = new Map<string, CollateralInfo>()
  for (const [name, text] of Object.entries(spec.collaterals ?? {})) {
    const resource = resourceByName(name)
    const amount = Decimal.parse(text)
    collaterals.set(resource, { amount, config: currentConfig(market, resource, loanResources) })
    balances.credit(ADDRESSES.market, resource, amount)
  }
  const nftCollaterals = new Map<string, NftCollateralInfo>()
  for (const { validator: symbol, lsuAmount } of spec.claims ?? []) {
    const { address, claimNft } = validatorOf(symbol)
    const amount = Decimal.parse(lsuAmount).times(market.lsuPrice(address))
    const id = mintClaim(context, address, claimNft, amount, context.epoch + UNSTAKING_EPOCHS)
    const ids = [...(nftCollaterals.get(claimNft)?.ids ?? []), id]
    nftCollaterals.set(claimNft, { ids, configs: new Map([[XRD, currentConfig(market, XRD, loanResources)]]) })
  }
  const loans = new Map<string, LoanInfo>()
  for (const [resource, amount] of loanAmounts)
    loans.set(resource, {
      units: market.loanRatio(resource).unitsOf(amount),
      configVersion: market.currentLoanVersion(resource),
    })
  return {
    mintedAtS: market.nowS,
    updatedAtS: market.nowS,
    name: spec.name ?? 'Wefty',
    loans,
    collaterals,
    nftCollaterals,
  }
}

/** Simulated users hold up to this many CDPs each. */
const CDPS_PER_BORROWER = 8

export function borrowerAccount(cdpNumber: number): string {
  return addressOf('account', `borrower-${Math.floor(cdpNumber / CDPS_PER_BORROWER)}`)
}

function randomRuid(random: Random): string {
  const part = () => random.next().toString(16).padStart(8, '0') + random.next().toString(16).padStart(8, '0')
  return `{${[part(), part(), part(), part()].join('-')}}`
}

/** Only the generator of made-up CDPs may begin with a float: six digits of it become an exact amount. */
function approximately(value: number): Decimal {
  return Decimal.parse(value.toFixed(6))
}
