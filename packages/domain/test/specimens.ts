import type { Cdp, Collateral, EfficiencyMode, Loan, NftCollateral } from '../src/cdp.ts'
import { Decimal } from '../src/decimal.ts'
import { type CdpId, ComponentAddress, cdpIdOf, ResourceAddress, ValidatorAddress } from '../src/ids.ts'
import type { CollateralConfig, LendingPool, MarketSnapshot, PriceReading, ResourceConfig } from '../src/market.ts'
import { PreciseDecimal } from '../src/precise-decimal.ts'

/** Specimen CDPs and markets for specifications: mainnet's resources, parameters and prices, and a few invented LSU. */

const resource = (text: string) => ResourceAddress.parse(text)

export const XRD = resource('resource_rdx1tknxxxxxxxxxradxrdxxxxxxxxx009923554798xxxxxxxxxradxrd')
export const LSULP = resource('resource_rdx1thksg5ng70g9mmy9ne7wz0sc7auzrrwy7fmgcxzel2gvp8pj0xxfmf')
export const XUSDC = resource('resource_rdx1t4upr78guuapv5ept7d7ptekk9mqhy605zgms33mcszen8l9fac8vf')
export const XUSDT = resource('resource_rdx1thrvr3xfs2tarm2dl9emvs26vjqxu6mqvfgvqjne940jv0lnrrg7rw')
export const XWBTC = resource('resource_rdx1t580qxc7upat7lww4l2c4jckacafjeudxj5wpjrrct0p3e82sq4y75')
export const XETH = resource('resource_rdx1th88qcj5syl9ghka2g9l7tw497vy5x6zaatyvgfkwcfe8n9jt2npww')
export const HUG = resource('resource_rdx1t5kmyj54jt85malva7fxdrnpvgfgs623yt7ywdaval25vrdlmnwe97')
export const XRD_DEPOSIT_UNIT = resource('resource_rdx1th0gjs665xgm343j4jee7k8apu8l8pg9cf8x587qprszeeknu8wsxz')
export const LSULP_DEPOSIT_UNIT = resource('resource_rdx1t4p82pms6r20k87rscms728tekujacd0sgxyysk7yvl0jgf56gvjuc')
export const XUSDC_DEPOSIT_UNIT = resource('resource_rdx1thw2u4uss739j8cqumehgf5wyw26chcfu98newsu42zhln7wd050ee')
export const XUSDT_DEPOSIT_UNIT = resource('resource_rdx1t5ljp8amkf76mrn5txmmemkrmjwt5r0ajjnljvyunh27gm0n295dfn')
export const XWBTC_DEPOSIT_UNIT = resource('resource_rdx1thyes252jplxhu8qvfx6k3wkmlhy2f09nfqqefuj2a73l79e0af99t')
export const XETH_DEPOSIT_UNIT = resource('resource_rdx1t456hgpk6kwn4lqut5p2mqqmuuwngzhwxlgyyk9dwv4t5hmp37d7xf')
export const LSU = resource('resource_rdx1thlsuspecimenofvalidatorone')
export const CLAIM_NFT = resource('resource_rdx1nfclaimspecimenofvalidatorone')
export const CDP_RESOURCE = resource('resource_rdx1nt22yfvhuuhxww7jnnml5ec3yt5pkxh0qlghm6f0hz46z2wfk80s9r')
export const VALIDATOR = ValidatorAddress.parse('validator_rdx1svspecimenvalidatorone')
/** A registered NFT collateral, standing for tokens. */
export const BASKET_NFT = resource('resource_rdx1nfbasketspecimen')

export const FEED = ComponentAddress.parse('component_rdx1czdvvanvdy6495phfgz8uv6n2semp2cpexcg6vvty6uaycc82adgyv')
/** Receipt of a flash loan. */
export const FLASH_LOAN_TERM = resource('resource_rdx1nfflashloantermspecimen')

export const DEBOUNCE_MS = 900_000
export const PRICE_EXPIRATION_MS = 14_400_000
export const LEDGER_TIME_MS = Date.UTC(2026, 7, 28, 12)

/** Mainnet at state version 370965851, and HUG before the feed error. */
const MAINNET_PRICES: readonly (readonly [ResourceAddress, string])[] = [
  [XRD, '1'],
  [LSULP, '1.15047434827771029'],
  [XUSDC, '225.570215353101481709'],
  [XUSDT, '229.37458999284351145'],
  [XWBTC, '25371681.638553747064004698'],
  [XETH, '983041.381534883294186729'],
  [HUG, '0.000131085370299542'],
]

/** Collateral config id → LTV, liquidation threshold spread, bonus. */
const MAINNET_COLLATERAL_CONFIGS: readonly (readonly [number, string, string, string])[] = [
  [0, '0.75', '0.05', '0.07'],
  [1, '0.75', '0.05', '0.07'],
  [2, '0.65', '0.05', '0.07'],
  [3, '0.25', '0.1', '0.1'],
  [4, '0.2', '0.1', '0.1'],
  [5, '0.95', '0.01', '0.03'],
  [6, '0.9', '0.02', '0.05'],
]

export function aCollateralConfig(ltv: string, spread: string, bonus: string): CollateralConfig {
  return {
    description: `${ltv} + ${spread}`,
    loanToValueRatio: Decimal.parse(ltv),
    liquidationThresholdSpread: Decimal.parse(spread),
    liquidationBonusRate: Decimal.parse(bonus),
  }
}

export function aPrice(value: string, atMs: number = LEDGER_TIME_MS): PriceReading {
  const quoted = { value: Decimal.parse(value), atMs }
  return { cached: quoted, feed: quoted }
}

/** A pool of `divisibility` digits whose unit ratios and liquidity can be set; deep enough for anything unless told otherwise. */
export function aPool(
  depositUnit: ResourceAddress,
  options: {
    depositRatio?: string
    loanRatio?: string
    liquidity?: string
    divisibility?: number
    interestRate?: string
    interestUpdatedAtMs?: number
    flashLoanLimit?: LendingPool['flashLoanLimit']
  } = {},
): LendingPool {
  const divisibility = options.divisibility ?? 18
  const side = (total: string, ratio: string) => ({
    divisibility,
    total: Decimal.parse(total),
    totalUnits: Decimal.parse(total).times(Decimal.parse(ratio)),
    unitRatio: PreciseDecimal.parse(ratio),
  })
  return {
    depositUnit,
    liquidity: Decimal.parse(options.liquidity ?? '1000000'),
    interestRate: Decimal.parse(options.interestRate ?? '0.05'),
    interestUpdatedAtMs: options.interestUpdatedAtMs ?? LEDGER_TIME_MS,
    interestUpdatePeriodMs: 86_400_000,
    interestStrategyId: null,
    flashLoanFeeRate: Decimal.parse('0.001'),
    flashLoanLimit: options.flashLoanLimit ?? { kind: 'none' },
    utilisationLimit: { kind: 'none' },
    supply: null,
    deposits: side('10000000', options.depositRatio ?? '1'),
    loans: side('9000000', options.loanRatio ?? '1'),
  }
}

/** A manager's table that tracks no history: a specimen CDP is judged by what is in force, and need not know version numbers. */
export function aConfigTable<C>(configs: readonly (readonly [number, C])[]) {
  return {
    tracksHistory: false,
    current: new Map(configs.map(([id, config]) => [id, { version: id, config }])),
    history: new Map<number, { id: number; config: C; expiresAtMs: number | null }>(),
  }
}

/** Every service under its global scope. */
export function allServicesOn(): MarketSnapshot['services'] {
  const on = (...services: readonly string[]) => new Map(services.map((service) => [service, true]))
  const collateral = on('Add', 'Remove', 'FlashOperation', 'RemoveForLiquidation')
  return {
    market: on('CreateCDP', 'UpdateCDP', 'BurnCDP'),
    loans: new Map([
      ['Global', on('Borrow', 'Repay', 'RepayForRefinance', 'RepayForLiquidation', 'RepayForNFTLiquidation')],
    ]),
    collaterals: new Map(
      ['GlobalResource', 'GlobalNFT', 'GlobalLSU', 'GlobalClaimNFT'].map((scope) => [scope, collateral]),
    ),
    pool: new Map([['Global', on('FlashLoan', 'Deposit', 'Withdraw', 'ProtectedBorrow', 'ProtectedRepay')]]),
  }
}

/** The market with one service off, in one entry whose other services stay as they were. */
export function withServiceOff(
  market: MarketSnapshot,
  table: Exclude<keyof MarketSnapshot['services'], 'market'>,
  scope: string,
  service: string,
): MarketSnapshot {
  const entries = market.services[table]
  const entry = entries.get(scope) ?? [...allServicesOn()[table].values()][0] ?? new Map<string, boolean>()
  return {
    ...market,
    services: { ...market.services, [table]: new Map([...entries, [scope, new Map([...entry, [service, false]])]]) },
  }
}

function aResourceConfig(collateralConfigId: number, efficiencyGroupId: number | null): ResourceConfig {
  return {
    priceFeedId: 0,
    loan: { loanConfigId: 0, efficiencyGroupId },
    collateral: {
      collateralConfigId,
      isolationGroupId: null,
      efficiencyGroupIds: efficiencyGroupId === null ? [] : [efficiencyGroupId],
    },
  }
}

/** Mainnet as `weft-v2.md` describes it, fresh at {@link LEDGER_TIME_MS}; `changes` replaces whole fields. */
export function aMarket(changes: Partial<MarketSnapshot> = {}): MarketSnapshot {
  return {
    schemaVersion: 2,
    syncPoint: { network: 'mainnet', stateVersion: 370965851, epoch: 200000, round: 1, ledgerTimeMs: LEDGER_TIME_MS },
    xrd: XRD,
    cdpResource: CDP_RESOURCE,
    cdpCounter: 1138,
    rules: {
      priceExpirationPeriodMs: PRICE_EXPIRATION_MS,
      priceCacheMode: { kind: 'debounce', debounceMs: DEBOUNCE_MS },
      defaultEfficiencyConfigId: 5,
      maxClaimNftValue: Decimal.parse('1000000'),
      protocolLiquidationBonusFeeRate: Decimal.parse('0.2'),
      protocolInterestFeeRate: Decimal.parse('0.2'),
    },
    priceFeeds: new Map([
      [0, { kind: 'component', component: FEED, method: 'get_price', signature: 'OptionTimestampAndPrice' }],
    ]),
    prices: new Map(MAINNET_PRICES.map(([address, price]) => [address, aPrice(price)])),
    resources: new Map([
      [XRD, aResourceConfig(0, 0)],
      [LSULP, aResourceConfig(0, 0)],
      [XUSDC, aResourceConfig(2, 1)],
      [XUSDT, aResourceConfig(2, 1)],
      [XWBTC, aResourceConfig(1, null)],
      [XETH, aResourceConfig(1, null)],
      [HUG, { ...aResourceConfig(4, null), loan: null }],
    ]),
    collateralConfigs: aConfigTable(
      MAINNET_COLLATERAL_CONFIGS.map(([id, ltv, spread, bonus]) => [id, aCollateralConfig(ltv, spread, bonus)]),
    ),
    loanConfigs: aConfigTable([
      [0, { description: 'default', loanValueFactor: Decimal.ONE, loanCloseFactor: Decimal.parse('0.5') }],
    ]),
    efficiencyGroups: new Map([
      [0, 6],
      [1, 6],
    ]),
    pools: new Map([
      [XRD, aPool(XRD_DEPOSIT_UNIT)],
      [LSULP, aPool(LSULP_DEPOSIT_UNIT)],
      [XUSDC, aPool(XUSDC_DEPOSIT_UNIT, { divisibility: 6 })],
      [XUSDT, aPool(XUSDT_DEPOSIT_UNIT, { divisibility: 6 })],
      [XWBTC, aPool(XWBTC_DEPOSIT_UNIT, { divisibility: 8 })],
      [XETH, aPool(XETH_DEPOSIT_UNIT)],
    ]),
    collateralKinds: new Map([
      [XRD_DEPOSIT_UNIT, { kind: 'deposit-unit', underlying: XRD }],
      [LSULP_DEPOSIT_UNIT, { kind: 'deposit-unit', underlying: LSULP }],
      [XUSDC_DEPOSIT_UNIT, { kind: 'deposit-unit', underlying: XUSDC }],
      [XUSDT_DEPOSIT_UNIT, { kind: 'deposit-unit', underlying: XUSDT }],
      [XWBTC_DEPOSIT_UNIT, { kind: 'deposit-unit', underlying: XWBTC }],
      [XETH_DEPOSIT_UNIT, { kind: 'deposit-unit', underlying: XETH }],
      [LSU, { kind: 'lsu', validator: VALIDATOR }],
    ]),
    nftKinds: new Map([
      [CLAIM_NFT, { kind: 'claim-nft', validator: VALIDATOR }],
      [BASKET_NFT, { kind: 'registered-nft', underlying: [XRD, XUSDC] }],
    ]),
    validators: new Map([
      [
        VALIDATOR,
        {
          lsu: LSU,
          claimNft: CLAIM_NFT,
          redemptionXrd: Decimal.parse('1.2'),
        },
      ],
    ]),
    divisibilities: new Map([
      [XUSDC, 6],
      [XUSDT, 6],
      [XWBTC, 8],
    ]),
    interestStrategies: new Map(),
    flashLoanTerm: FLASH_LOAN_TERM,
    services: allServicesOn(),
    unreadable: [],
    secondSourcePrices: new Map(),
    ...changes,
  }
}

/** The market with one price replaced, cached and at the feed, as of the ledger time. */
export function withPrice(market: MarketSnapshot, address: ResourceAddress, value: string): MarketSnapshot {
  return { ...market, prices: new Map([...market.prices, [address, aPrice(value, market.syncPoint.ledgerTimeMs)]]) }
}

export function aLoan(units: string, configVersion = 1): Loan {
  return { units: Decimal.parse(units), configVersion }
}

export function aCollateral(amount: string, efficiencyMode: EfficiencyMode = { kind: 'none' }): Collateral {
  return { amount: Decimal.parse(amount), configVersion: { entryVersion: 1, efficiencyMode } }
}

export function aCdp(
  sides: {
    id?: CdpId
    loans?: readonly (readonly [ResourceAddress, Loan])[]
    collaterals?: readonly (readonly [ResourceAddress, Collateral])[]
    nftCollaterals?: readonly (readonly [ResourceAddress, NftCollateral])[]
  } = {},
): Cdp {
  return {
    id: sides.id ?? cdpIdOf(7),
    lastUpdatedAtStateVersion: 1,
    loans: new Map(sides.loans ?? []),
    collaterals: new Map(sides.collaterals ?? []),
    nftCollaterals: new Map(sides.nftCollaterals ?? []),
  }
}
