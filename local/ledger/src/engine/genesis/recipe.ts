import { type CollateralKind, type NearThreshold, UnknownNameError } from '../control.ts'
import type { Random } from '../random.ts'

type Weighted<T> = readonly (readonly [weight: number, value: T])[]

/** What a generated CDP is drawn from. */
export interface Recipe {
  readonly kinds: Weighted<CollateralKind>
  /** Symbols. */
  readonly collaterals: Weighted<string>
  /** Symbols. */
  readonly loans: Weighted<string>
  /** Chance that it owes nothing. */
  readonly noLoanChance: number
  /** Liquidation LTV at genesis. */
  liquidationLtv(random: Random): number
}

const LTV_BANDS: Weighted<readonly [least: number, most: number]> = [
  [20, [0.3, 0.5]],
  [35, [0.5, 0.7]],
  [30, [0.7, 0.88]],
  [10, [0.88, 0.94]],
  // Sparse: a few CDPs near their threshold.
  [5, [0.94, 0.97]],
]
const COLLATERALS: Weighted<string> = [
  [30, 'XRD'],
  [18, 'LSULP'],
  [10, 'xUSDC'],
  [6, 'xUSDT'],
  [8, 'xwBTC'],
  [8, 'xETH'],
  [4, 'hUSDC'],
  [3, 'hUSDT'],
  [3, 'hWBTC'],
  [3, 'hETH'],
  [4, 'HUG'],
  [3, 'DAPP'],
]
const LOANS: Weighted<string> = [
  [34, 'XRD'],
  [24, 'xUSDC'],
  [14, 'xUSDT'],
  [8, 'LSULP'],
  [6, 'xwBTC'],
  [6, 'xETH'],
  [4, 'hUSDC'],
  [2, 'hUSDT'],
  [2, 'hETH'],
]
const KINDS: Weighted<CollateralKind> = [
  [62, 'token'],
  [24, 'deposit-unit'],
  [8, 'lsu'],
  [4, 'claim-nft'],
  [2, 'registered-nft'],
]
const NO_LOAN_CHANCE = 0.06

/** Realistic and healthy, of the `kinds` that are allowed. */
export function realisticRecipe(kinds: readonly CollateralKind[] | undefined): Recipe {
  return {
    kinds: KINDS.filter(([, kind]) => kinds === undefined || kinds.includes(kind)),
    collaterals: COLLATERALS,
    loans: LOANS,
    noLoanChance: NO_LOAN_CHANCE,
    liquidationLtv: (random) => {
      const [least, most] = random.pickWeighted(LTV_BANDS)
      return least + (most - least) * random.fraction()
    },
  }
}

/** Successive multiples of it, modulo 1, lie evenly between 0 and 1 however many there are. */
const GOLDEN_RATIO = 0.618_033_988_749_895

/**
 * The recipes of the generated CDPs in order: `realistic` but for the asked share, which is spread evenly over the ids.
 * @throws {UnknownNameError} when no generated CDP borrows or holds any of the named tokens.
 */
export function* recipes(realistic: Recipe, near: NearThreshold | undefined): Generator<Recipe, never> {
  const crowd = near && crowdOf(realistic, near)
  for (let made = 0, inCrowd = 0; ; made += 1) {
    const isInCrowd = crowd !== undefined && Math.floor((made + 1) * crowd.share) > inCrowd
    yield isInCrowd ? crowd.member(inCrowd) : realistic
    if (isInCrowd) inCrowd += 1
  }
}

function crowdOf(realistic: Recipe, near: NearThreshold): { share: number; member(index: number): Recipe } {
  const [least, most] = near.liquidationLtv.map(Number) as [number, number]
  const recipe = {
    kinds: realistic.kinds.filter(
      ([, kind]) =>
        (near.kinds ?? [kind]).includes(kind) && symbolsOf(kind).every((symbol) => near.collaterals.includes(symbol)),
    ),
    collaterals: named(COLLATERALS, near.collaterals),
    loans: named(LOANS, near.loans),
    noLoanChance: 0,
  }
  return {
    share: Number(near.share),
    member: (index) => ({
      ...recipe,
      liquidationLtv: () => least + (most - least) * ((index * GOLDEN_RATIO) % 1),
    }),
  }
}

/** Tokens whose prices a kind of collateral always depends on, besides the token that is picked for it. */
function symbolsOf(kind: CollateralKind): readonly string[] {
  if (kind === 'registered-nft') return ['XRD', 'xUSDC']
  return kind === 'lsu' || kind === 'claim-nft' ? ['XRD'] : []
}

function named(all: Weighted<string>, symbols: readonly string[]): Weighted<string> {
  const found = all.filter(([, symbol]) => symbols.includes(symbol))
  if (found.length === 0) throw new UnknownNameError(`Generated CDPs have none of ${symbols.join(', ')}.`)
  return found
}
