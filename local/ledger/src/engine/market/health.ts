import { Decimal } from '@weft/domain/decimal'
import { XRD } from '../addresses.ts'
import type {
  CdpRecord,
  CollateralConfig,
  CollateralResourceConfig,
  LoanConfig,
  LoanResourceConfig,
  NftType,
  RecordedConfig,
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
  readonly resourceConfig: LoanResourceConfig
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
  readonly resourceConfig: CollateralResourceConfig
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
  let totalLoanValue = Decimal.ZERO
  let totalAdjustedLoanValue = Decimal.ZERO
  let payable = Decimal.ZERO
  const loans = new Map<string, LoanPosition>()
  for (const [resource, loan] of cdp.loans) {
    const position = loanPosition(market, resource, loan)
    loans.set(resource, position)
    totalLoanValue = totalLoanValue.plus(position.value)
    totalAdjustedLoanValue = totalAdjustedLoanValue.plus(position.adjustedValue)
    payable = payable.plus(position.value.times(shareForNft(market, position)))
  }

  const totals = new CollateralTotals()
  let discountedCollateralValue = Decimal.ZERO
  const collaterals = new Map<string, CollateralPosition>()
  for (const [resource, { amount, config }] of cdp.collaterals) {
    const position = collateralPosition(market, resource, amount, config, false)
    collaterals.set(resource, position)
    totals.add(position)
    discountedCollateralValue = discountedCollateralValue.plus(position.discountedValue)
  }

  let discountedNftValue = Decimal.ZERO
  const nfts = new Map<string, Map<string, NftPosition>>()
  for (const [resource, { ids, configs }] of cdp.nftCollaterals) {
    const byId = new Map<string, NftPosition>()
    for (const id of ids) {
      const position = nftPosition(market, resource, id, configs, payable)
      byId.set(id, position)
      for (const underlying of position.underlying.values()) totals.add(underlying)
      discountedNftValue = discountedNftValue.plus(position.discountedValue)
    }
    nfts.set(resource, byId)
  }
  return {
    totalLoanValue,
    totalAdjustedLoanValue,
    totalCollateralValue: totals.value,
    totalHealthValue: totals.health,
    totalLiquidationValue: totals.liquidation,
    healthLtv: loanToValue(loans.size, totalAdjustedLoanValue, totals.health),
    liquidationLtv: loanToValue(loans.size, totalAdjustedLoanValue, totals.liquidation),
    discountedNftValue,
    discountedCollateralValue,
    loans,
    collaterals,
    nfts,
  }
}

class CollateralTotals {
  value = Decimal.ZERO
  health = Decimal.ZERO
  liquidation = Decimal.ZERO

  add(position: CollateralPosition): void {
    this.value = this.value.plus(position.value)
    this.health = this.health.plus(position.healthValue)
    this.liquidation = this.liquidation.plus(position.liquidationValue)
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
  const config = market.loanConfig(loan.configVersion)
  const { price } = market.price(resource)
  const amount = market.loanRatio(resource).amountOf(loan.units)
  const value = amount.times(price)
  return {
    price,
    units: loan.units,
    amount,
    value,
    adjustedValue: value.times(config.valueFactor),
    config,
    configVersion: loan.configVersion,
    resourceConfig: loanConfigOf(market, resource),
  }
}

function loanConfigOf(market: MarketState, resource: string): LoanResourceConfig {
  const { loan } = market.resourceConfig(resource)
  if (!loan) throw new MarketError(`NotALoanResource: ${resource}`)
  return loan
}

/** Price of one whole unit as `get_cdp` shows it, and the amount that goes with it. */
function priced(market: MarketState, resource: string, type: ResourceType, amount: Decimal): [Decimal, Decimal] {
  if (type.kind === 'lsu') return [market.lsuPrice(type.validator), amount]
  if (type.kind === 'token') return [market.price(resource).price, amount]
  return [market.price(type.underlying).price, market.depositRatio(type.underlying).amountOf(amount)]
}

function collateralPosition(
  market: MarketState,
  resource: string,
  stored: Decimal,
  recorded: RecordedConfig,
  isFromNft: boolean,
): CollateralPosition {
  const type = market.resourceType(resource)
  const config = market.collateralConfig(recorded.version)
  const resourceConfig = market.resourceConfig(market.judgedAs(resource)).collateral
  if (!resourceConfig) throw new MarketError(`NotACollateralResource: ${resource}`)
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
    resourceConfig,
    isFromNft,
    type,
  }
}

/** The part of a loan that an NFT liquidation may settle. */
export function shareForNft(market: MarketState, loan: LoanPosition): Decimal {
  return market.store.answers['nft-close-factor'] === 'whole-loan' ? Decimal.ONE : loan.config.closeFactor
}

/** What an NFT stands for: the XRD a claim will pay, or the valuation of a registered one. */
export function nftContents(market: MarketState, resource: string, id: string): ReadonlyMap<string, Decimal> {
  const record = market.track.get(market.store.nonFungibles, nonFungibleKey(resource, id))
  if (!record) throw new MarketError(`NonFungibleNotFound: ${resource} ${id}`)
  if (record.kind === 'claim') return new Map([[XRD, record.claimAmount]])
  if (record.kind === 'receipt') return record.underlying
  throw new MarketError(`NotACollateralResource: ${resource}`)
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
  const value = Decimal.sum(positions.map((position) => position.value))
  const discountedValue = Decimal.sum(positions.map((position) => position.discountedValue))
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
