import { Decimal } from '@weft/domain/decimal'
import type { CollateralConfig, InterestStrategy, Limit, LoanConfig } from './records.ts'

/**
 * Weft's published live parameters and real mainnet prices (state version 370965851, in XRD); the local market starts from them.
 * Prices of LSU follow from their validators' stakes.
 */

export interface TokenParameters {
  readonly symbol: string
  readonly name: string
  readonly divisibility: number
  readonly price: string
  readonly collateralConfigId: number
  readonly efficiencyGroup?: number
  readonly pool?: { readonly strategyId: number; readonly utilisation: string }
}

export const TOKENS: readonly TokenParameters[] = [
  token('XRD', 'Radix', 18, '1', 0, 0, { strategyId: 1, utilisation: '0.82' }),
  token('LSULP', 'LSU Pool', 18, '1.15047434827771029', 0, 0, { strategyId: 1, utilisation: '0.88' }),
  token('xUSDC', 'Wrapped USDC', 6, '225.570215353101481709', 2, 1, { strategyId: 0, utilisation: '0.62' }),
  token('xUSDT', 'Wrapped USDT', 6, '229.37458999284351145', 2, 1, { strategyId: 0, utilisation: '0.58' }),
  token('xwBTC', 'Wrapped Bitcoin', 8, '25371681.638553747064004698', 1, undefined, {
    strategyId: 2,
    utilisation: '0.35',
  }),
  token('xETH', 'Wrapped Ether', 18, '983041.381534883294186729', 1, undefined, { strategyId: 2, utilisation: '0.4' }),
  token('hUSDC', 'Hyperlane USDC', 6, '212.057781870932030311', 2, 1, { strategyId: 0, utilisation: '0.55' }),
  token('hUSDT', 'Hyperlane USDT', 6, '212.096979124913312083', 2, 1, { strategyId: 0, utilisation: '0.5' }),
  token('hWBTC', 'Hyperlane Bitcoin', 8, '24026469.862403551858482542', 1, undefined, {
    strategyId: 2,
    utilisation: '0.3',
  }),
  token('hETH', 'Hyperlane Ether', 18, '937437.568386001396553862', 1, undefined, {
    strategyId: 2,
    utilisation: '0.33',
  }),
  token('HUG', 'HUG', 18, '0.000127565039984134', 4),
  token('DAPP', 'A dApp token', 18, '3.25', 3),
]

function token(
  symbol: string,
  name: string,
  divisibility: number,
  price: string,
  collateralConfigId: number,
  efficiencyGroup?: number,
  pool?: { strategyId: number; utilisation: string },
): TokenParameters {
  return {
    symbol,
    name,
    divisibility,
    price,
    collateralConfigId,
    ...(efficiencyGroup === undefined ? {} : { efficiencyGroup }),
    ...(pool === undefined ? {} : { pool }),
  }
}

/** Validators whose LSU and claim NFTs are collateral; stake in XRD, LSU outstanding. */
export const VALIDATORS = [
  { symbol: 'validator-1', stakedXrd: '61200000', lsuSupply: '50000000' },
  { symbol: 'validator-2', stakedXrd: '22000000', lsuSupply: '19800000' },
] as const

/** Epochs between `unstake` and the first `claim_xrd`, as on mainnet (about a week of five-minute epochs). */
export const UNSTAKING_EPOCHS = 2016
/** Yearly growth of a validator's stake, paid at every epoch change. */
export const STAKING_RATE_PER_YEAR = Decimal.parse('0.07')

/** Id → versions, oldest first; the last one is in force, each former one expires as said (days after genesis; negative = before). */
export const COLLATERAL_CONFIGS: readonly (readonly { config: CollateralConfig; expiresInDays?: number }[])[] = [
  [{ config: collateral('XRD derivatives', '0.75', '0.05', '0.07') }],
  [
    { config: collateral('Bridged volatile', '0.72', '0.06', '0.07'), expiresInDays: 30 },
    { config: collateral('Bridged volatile', '0.75', '0.05', '0.07') },
  ],
  [{ config: collateral('Bridged stable', '0.65', '0.05', '0.07') }],
  [{ config: collateral('dApp tokens', '0.25', '0.1', '0.1') }],
  [
    { config: collateral('Meme coins', '0.25', '0.1', '0.1'), expiresInDays: -10 },
    { config: collateral('Meme coins', '0.2', '0.1', '0.1') },
  ],
  [{ config: collateral('Identical resource', '0.95', '0.01', '0.03') }],
  [{ config: collateral('Correlation group', '0.9', '0.02', '0.05') }],
]

function collateral(description: string, ltv: string, spread: string, bonus: string): CollateralConfig {
  return {
    description,
    loanToValue: Decimal.parse(ltv),
    thresholdSpread: Decimal.parse(spread),
    bonusRate: Decimal.parse(bonus),
  }
}

export const LOAN_CONFIGS: readonly LoanConfig[] = [
  { description: 'Default', valueFactor: Decimal.ONE, closeFactor: Decimal.parse('0.5') },
]

export const EFFICIENCY_GROUPS = [
  { description: 'XRD and its derivatives', collateralConfigId: 6 },
  { description: 'USD stable coins', collateralConfigId: 6 },
] as const

/** 0 stable, 1 XRD, 2 volatile. Usage → yearly rate, straight lines between and beyond. */
export const INTEREST_STRATEGIES: readonly InterestStrategy[] = [
  strategy('Stable', ['0', '0'], ['0.7', '0.04'], ['0.9', '0.5'], ['1', '5']),
  strategy('XRD', ['0', '0'], ['0.7', '0.05'], ['0.9', '1'], ['1', '10']),
  strategy('Volatile', ['0', '0'], ['0.7', '0.06'], ['0.9', '1.5'], ['1', '15']),
]

/** Each point's slope leads to the next one; the last goes on as steeply as the line before it. */
function strategy(description: string, ...points: readonly [usage: string, rate: string][]): InterestStrategy {
  const exact = points.map(([usage, rate]) => ({ usage: Decimal.parse(usage), rate: Decimal.parse(rate) }))
  const breakPoints = exact.map((point, index) => {
    const from = exact[Math.min(index, exact.length - 2)] ?? point
    const to = exact[Math.min(index + 1, exact.length - 1)] ?? point
    return { ...point, slope: to.rate.minus(from.rate).dividedBy(to.usage.minus(from.usage)) }
  })
  return { description, breakPoints }
}

/** The protocol's shares of what borrowers pay, and the pools' limits, as Weft published them. */
export const POOL_FEES = { loan: Decimal.parse('0.5'), flashLoan: Decimal.parse('0.5'), interest: Decimal.parse('0.2') }
export const DEPOSIT_LIMIT: Limit = { kind: 'supply-ratio', ratio: Decimal.parse('0.5') }
export const SECONDS_PER_YEAR = Decimal.parse('31536000')
export const FLASH_LOAN_FEE_RATE = Decimal.parse('0.001')
export const UTILISATION_LIMIT = Decimal.parse('0.95')

export const DEX_FEE_RATE = Decimal.parse('0.003')

/** A CDP id more than this in one `get_cdp` exceeds a preview's execution cost limit **(inferred; Weft's own backend asks for ten)**. */
export const MAX_CDPS_PER_CALL = 30
