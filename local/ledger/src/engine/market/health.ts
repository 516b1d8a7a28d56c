import { Decimal } from '@weft/domain/decimal'
import { XRD } from '../addresses.ts'
import type {
  CdpRecord,
  CollateralConfig,
  LoanConfig,
  NftType,
  RecordedConfig,
  ResourceConfig,
  ResourceType,
} from '../records.ts'
import { nonFungibleKey } from '../store.ts'
import { MarketError, type MarketState } from './state.ts'

/** What `get_cdp` answers about one CDP. Values in XRD; every product and quotient is truncated at the 18th digit. */
export interface CdpHealth {
  readonly totalLoanValue: Decimal
  readonly totalAdjustedLoanValue: Decimal
  readonly totalCollateralValue: Decimal
  readonly totalHealthValue: Decimal
  readonly totalLiquidationValue: Decimal
  readonly healthLtv: Decimal
  readonly liquidationLtv: Decimal
  readonly discountedNftValue: Decimal
  readonly discountedCollateralValue: Decimal
  readonly loans: ReadonlyMap<string, LoanPosition>
  readonly collaterals: ReadonlyMap<string, CollateralPosition>
  readonly nfts: ReadonlyMap<string, ReadonlyMap<string, NftPosition>>
}

export interface LoanPosition {
  readonly price: Decimal
  readonly units: Decimal
  readonly amount: Decimal
  readonly value: Decimal
  readonly adjustedValue: Decimal
  readonly config: LoanConfig
  readonly configVersion: number
  readonly resourceConfig: ResourceConfig
}

export interface CollateralPosition {
  readonly price: Decimal
  /** Deposit units: amount of the underlying. */
  readonly amount: Decimal
  readonly value: Decimal
  readonly healthValue: Decimal
  readonly liquidationValue: Decimal
  readonly discountedValue: Decimal
  readonly config: CollateralConfig
  readonly recorded: RecordedConfig
  readonly resourceConfig: ResourceConfig
  readonly isFromNft: boolean
  readonly type: ResourceType
}

export interface NftPosition {
  readonly underlying: ReadonlyMap<string, CollateralPosition>
  readonly value: Decimal
  readonly discountedValue: Decimal
  readonly loanPaymentValue: Decimal
  readonly compensationValue: Decimal
  readonly liquidationFee: Decimal
  readonly type: NftType
  readonly maxAllowedDiscountedValue: Decimal
}

/** Judges a CDP. @throws {MarketError} when a price is missing or too old. */
export function judge(market: MarketState, cdp: CdpRecord): CdpHealth {
  const loans = new Map<string, LoanPosition>()
  for (const [resource, loan] of cdp.loans) loans.set(resource, loanPosition(market, resource, loan))
  const collaterals = new Map<string, CollateralPosition>()
  for (const [resource, { amount, config }] of cdp.collaterals)
    collaterals.set(resource, collateralPosition(market, resource, amount, config, false))

  const payable = sum([...loans.values()].map(({ value, config }) => value.times(config.closeFactor)))
  const nfts = new Map<string, Map<string, NftPosition>>()
  for (const [resource, { ids, configs }] of cdp.nftCollaterals)
    nfts.set(resource, new Map(ids.map((id) => [id, nftPosition(market, resource, id, configs, payable)])))

  const nftPositions = [...nfts.values()].flatMap((byId) => [...byId.values()])
  const positions = [...collaterals.values(), ...nftPositions.flatMap(({ underlying }) => [...underlying.values()])]
  const totalAdjustedLoanValue = sum([...loans.values()].map(({ adjustedValue }) => adjustedValue))
  const totalHealthValue = sum(positions.map(({ healthValue }) => healthValue))
  const totalLiquidationValue = sum(positions.map(({ liquidationValue }) => liquidationValue))
  return {
    totalLoanValue: sum([...loans.values()].map(({ value }) => value)),
    totalAdjustedLoanValue,
    totalCollateralValue: sum(positions.map(({ value }) => value)),
    totalHealthValue,
    totalLiquidationValue,
    healthLtv: loanToValue(loans.size, totalAdjustedLoanValue, totalHealthValue),
    liquidationLtv: loanToValue(loans.size, totalAdjustedLoanValue, totalLiquidationValue),
    discountedNftValue: sum(nftPositions.map(({ discountedValue }) => discountedValue)),
    discountedCollateralValue: sum([...collaterals.values()].map(({ discountedValue }) => discountedValue)),
    loans,
    collaterals,
    nfts,
  }
}

/** A CDP can be liquidated strictly above 1. */
export function isLiquidatable(health: CdpHealth): boolean {
  return health.liquidationLtv.gt(Decimal.ONE)
}

function loanToValue(loanCount: number, adjusted: Decimal, against: Decimal): Decimal {
  if (loanCount === 0) return Decimal.ZERO
  return against.isZero() ? Decimal.MAX : adjusted.dividedBy(against)
}

function loanPosition(
  market: MarketState,
  resource: string,
  loan: { readonly units: Decimal; readonly configVersion: number },
): LoanPosition {
  const { config } = market.loanConfig(resource, loan.configVersion)
  const { price } = market.price(resource)
  const amount = loan.units.dividedBy(market.pool(resource).loans.ratio)
  const value = amount.times(price)
  return {
    price,
    units: loan.units,
    amount,
    value,
    adjustedValue: value.times(config.valueFactor),
    config,
    configVersion: loan.configVersion,
    resourceConfig: market.resourceConfig(resource),
  }
}

/** Price of one whole unit as `get_cdp` shows it, and the amount that goes with it. */
function priced(market: MarketState, resource: string, type: ResourceType, amount: Decimal): [Decimal, Decimal] {
  if (type.kind === 'lsu') return [market.lsuPrice(type.validator), amount]
  if (type.kind === 'token') return [market.price(resource).price, amount]
  const { ratio } = market.pool(type.underlying).deposits
  return [market.price(type.underlying).price, amount.dividedBy(ratio)]
}

function collateralPosition(
  market: MarketState,
  resource: string,
  stored: Decimal,
  recorded: RecordedConfig,
  isFromNft: boolean,
): CollateralPosition {
  const type = market.resourceType(resource)
  const { config } = market.collateralConfig(resource, recorded)
  const [price, amount] = priced(market, resource, type, stored)
  const value = amount.times(price)
  return {
    price,
    amount,
    value,
    healthValue: value.times(config.loanToValue),
    liquidationValue: value.times(config.loanToValue.plus(config.thresholdSpread)),
    discountedValue: value.dividedBy(Decimal.ONE.plus(config.bonusRate)),
    config,
    recorded,
    resourceConfig: market.resourceConfig(market.judgedAs(resource)),
    isFromNft,
    type,
  }
}

/** What an NFT stands for: the XRD a claim will pay, or the valuation of a registered one. */
export function nftContents(market: MarketState, resource: string, id: string): ReadonlyMap<string, Decimal> {
  const record = market.track.get(market.store.nonFungibles, nonFungibleKey(resource, id))
  if (!record) throw new MarketError(`NonFungibleNotFound: ${resource} ${id}`)
  if (record.kind === 'claim') return new Map([[XRD, record.claimAmount]])
  return market.track.get(market.store.nftValuations, nonFungibleKey(resource, id)) ?? record.underlying
}

/**
 * An NFT goes whole. Its discounted value is what a liquidator gives for it: first debt, up to what the close factors allow; the
 * protocol's share of the bonus on that debt; the rest, if the NFT is worth more, to the owner **(inferred; the first two reproduce
 * the compensation of Weft's stokenet NFT sample, 87.227414330218 XRD of 6 317.757009345794)**.
 */
function nftPosition(
  market: MarketState,
  resource: string,
  id: string,
  configs: ReadonlyMap<string, RecordedConfig>,
  payable: Decimal,
): NftPosition {
  const underlying = new Map<string, CollateralPosition>()
  for (const [of, amount] of nftContents(market, resource, id)) {
    const recorded = configs.get(of) ?? { version: 0, mode: { kind: 'none' } as const }
    underlying.set(of, collateralPosition(market, of, amount, recorded, true))
  }
  const positions = [...underlying.values()]
  const value = sum(positions.map((position) => position.value))
  const discountedValue = sum(positions.map((position) => position.discountedValue))
  const bonusRate = discountedValue.isZero() ? Decimal.ZERO : value.dividedBy(discountedValue).minus(Decimal.ONE)
  const feeRate = bonusRate.times(market.settings().bonusFeeRate)
  const loanPaymentValue = Decimal.min(discountedValue.dividedBy(Decimal.ONE.plus(feeRate)), payable)
  const liquidationFee = loanPaymentValue.times(feeRate)
  const rest = discountedValue.minus(loanPaymentValue).minus(liquidationFee)
  // A few attos of rounding are no compensation: without this an exactly covered NFT would owe its owner 10⁻¹⁸ XRD.
  const compensationValue = loanPaymentValue.lt(payable) ? Decimal.ZERO : Decimal.max(rest, Decimal.ZERO)
  return {
    underlying,
    value,
    discountedValue,
    loanPaymentValue,
    compensationValue,
    liquidationFee,
    type: market.track.get(market.store.nftTypes, resource) ?? { kind: 'registered' },
    maxAllowedDiscountedValue: payable,
  }
}

function sum(values: readonly Decimal[]): Decimal {
  let attos = 0n
  for (const value of values) attos += value.attos
  return Decimal.fromAttos(attos)
}
