import { Decimal } from '@weft/domain/decimal'
import { ADDRESSES } from './addressbook.ts'
import { addressOf, XRD } from './addresses.ts'
import type { Arg, Step } from './execution/steps.ts'

/** Manifests of the simulated people, as steps. Everybody's fee is the faucet's. */

const FEE = Decimal.parse('5')

export function call(address: string, method: string, ...args: readonly Arg[]): Step {
  return { kind: 'call', address, method, args }
}

export const arg = {
  decimal: (value: Decimal): Arg => ({ kind: 'decimal', value }),
  address: (value: string): Arg => ({ kind: 'address', value }),
  id: (value: string): Arg => ({ kind: 'local-id', value }),
  bucket: (bucket: number): Arg => ({ kind: 'bucket', bucket }),
  buckets: (...numbers: readonly number[]): Arg => ({
    kind: 'list',
    of: 'Bucket',
    items: numbers.map((bucket) => ({ kind: 'bucket', bucket })),
  }),
  addresses: (...list: readonly string[]): Arg => ({ kind: 'list', of: 'Address', items: list.map(arg.address) }),
  amounts: (amounts: ReadonlyMap<string, Decimal>): Arg => ({
    kind: 'map',
    entries: [...amounts].map(([resource, amount]) => [arg.address(resource), arg.decimal(amount)] as const),
  }),
  some: (value: Arg): Arg => ({ kind: 'variant', variant: 1, fields: [value] }),
  none: { kind: 'variant', variant: 0, fields: [] } as Arg,
  text: (value: string): Arg => ({ kind: 'string', value }),
  worktop: { kind: 'entire-worktop' } as Arg,
  proof: (proof: number): Arg => ({ kind: 'proof', proof }),
  idsByResource: (held: readonly { readonly resource: string; readonly id: string }[]): Arg => ({
    kind: 'map',
    valuesOf: 'Array',
    entries: [...new Set(held.map(({ resource }) => resource))].map((resource) => [
      arg.address(resource),
      {
        kind: 'list',
        of: 'NonFungibleLocalId',
        items: held.filter((each) => each.resource === resource).map(({ id }) => arg.id(id)),
      },
    ]),
  }),
}

/** What an owner does with a CDP in one go; whatever is left out stays as it is. */
export interface BatchOperation {
  readonly collateralBuckets?: readonly number[]
  readonly borrows?: ReadonlyMap<string, Decimal>
  readonly repaymentBuckets?: readonly number[]
  readonly collateralsOut?: ReadonlyMap<string, Decimal>
  readonly nftsOut?: readonly { readonly resource: string; readonly id: string }[]
}

/** Builds steps and numbers the buckets. */
export class Manifest {
  readonly steps: Step[] = []
  #buckets = 0
  #proofs = 0

  constructor(feePayer: string = ADDRESSES.faucetAccount) {
    this.call(feePayer, 'lock_fee', arg.decimal(FEE))
  }

  call(address: string, method: string, ...args: readonly Arg[]): this {
    this.steps.push(call(address, method, ...args))
    return this
  }

  takeAll(resource: string): number {
    this.steps.push({ kind: 'take-all', resource, bucket: this.#buckets })
    return this.#buckets++
  }

  take(resource: string, amount: Decimal): number {
    this.steps.push({ kind: 'take', resource, amount, bucket: this.#buckets })
    return this.#buckets++
  }

  /** Withdraws from whoever holds plenty of `resource` and opens a bucket with it. */
  fund(resource: string, amount: Decimal): number {
    this.call(sourceOf(resource), 'withdraw', arg.address(resource), arg.decimal(amount))
    return this.take(resource, amount)
  }

  /** Shows one non-fungible of an account. */
  show(account: string, resource: string, id: string): this {
    const ids: Arg = { kind: 'list', of: 'NonFungibleLocalId', items: [arg.id(id)] }
    return this.call(account, 'create_proof_of_non_fungibles', arg.address(resource), ids)
  }

  /** A proof of a CDP to hand to a call. */
  proofOfCdp(owner: string, cdpId: string): Arg {
    this.show(owner, ADDRESSES.cdpResource, cdpId)
    this.steps.push({ kind: 'pop-proof', proof: this.#proofs })
    return arg.proof(this.#proofs++)
  }

  operate(owner: string, cdpId: string, operation: BatchOperation): this {
    const { collateralBuckets = [], borrows, repaymentBuckets = [], collateralsOut, nftsOut = [] } = operation
    return this.call(
      ADDRESSES.market,
      'cdp_batch_operation',
      this.proofOfCdp(owner, cdpId),
      arg.buckets(...collateralBuckets),
      arg.buckets(),
      arg.amounts(borrows ?? new Map()),
      arg.buckets(...repaymentBuckets),
      arg.amounts(collateralsOut ?? new Map()),
      arg.idsByResource(nftsOut),
    )
  }

  depositAll(account: string): this {
    return this.call(account, 'try_deposit_batch_or_abort', arg.worktop, arg.none)
  }
}

export const LENDERS_ACCOUNT = addressOf('account', 'lenders')
export const STAKERS_ACCOUNT = addressOf('account', 'stakers')
export const ARBITRAGEUR_ACCOUNT = addressOf('account', 'arbitrageur')

const DEPOSIT_UNITS = new Set(Object.values(ADDRESSES.depositUnits))
const LSU = new Set(ADDRESSES.validators.map(({ lsu }) => lsu))

/** Who has plenty of a resource: lenders of deposit units, stakers of LSU, the faucet of tokens. */
export function sourceOf(resource: string): string {
  if (DEPOSIT_UNITS.has(resource)) return LENDERS_ACCOUNT
  return LSU.has(resource) ? STAKERS_ACCOUNT : ADDRESSES.faucetAccount
}

export const GENEROUS_ACCOUNTS = [ADDRESSES.faucetAccount, LENDERS_ACCOUNT, STAKERS_ACCOUNT] as const

/** The market's operators. */
export const ADMINISTRATOR_ACCOUNT = addressOf('account', 'administrator')

export function setService(component: string, service: string, scope: string, enabled: boolean): Step[] {
  return new Manifest().call(ADDRESSES.market, 'set_service', arg.text(component), arg.text(service), arg.text(scope), {
    kind: 'bool',
    value: enabled,
  }).steps
}

export function setPriceFeedId(resource: string, id: number): Step[] {
  const feedId: Arg = { kind: 'integer', value: BigInt(id) }
  return new Manifest().call(ADDRESSES.market, 'set_price_feed_id', arg.address(resource), feedId).steps
}

export function updateCollateralConfig(
  id: number,
  config: { readonly loanToValue: Decimal; readonly thresholdSpread: Decimal; readonly bonusRate: Decimal },
  formerValidS: number,
): Step[] {
  return new Manifest().call(
    ADDRESSES.market,
    'update_collateral_config',
    { kind: 'integer', value: BigInt(id) },
    arg.decimal(config.loanToValue),
    arg.decimal(config.thresholdSpread),
    arg.decimal(config.bonusRate),
    { kind: 'integer', value: BigInt(formerValidS) },
  ).steps
}

/** Id of the badge that the price updater shows. */
export const PRICE_UPDATER_BADGE_ID = '#3#'

/** As the live updater does it: the badge's proof stays in the auth zone. */
export function updatePrices(prices: ReadonlyMap<string, Decimal>): Step[] {
  return new Manifest(ADDRESSES.priceUpdaterAccount)
    .show(ADDRESSES.priceUpdaterAccount, ADDRESSES.priceUpdaterBadge, PRICE_UPDATER_BADGE_ID)
    .call(ADDRESSES.priceFeed, 'update_prices', arg.amounts(prices)).steps
}

/** The staking pool behind LSULP is worth something else. */
export function valueLsulp(lsulp: string, price: Decimal): Step[] {
  return new Manifest().call(ADDRESSES.lsulpPriceFeed, 'set_valuation', arg.address(lsulp), arg.decimal(price)).steps
}

export function fundAccount(account: string, amounts: ReadonlyMap<string, Decimal>): Step[] {
  const manifest = new Manifest()
  for (const [resource, amount] of amounts)
    manifest.call(sourceOf(resource), 'withdraw', arg.address(resource), arg.decimal(amount))
  return manifest.depositAll(account).steps
}

export function repayLoans(owner: string, cdpId: string, payments: ReadonlyMap<string, Decimal>): Step[] {
  const manifest = new Manifest()
  const repaymentBuckets = [...payments].map(([resource, amount]) => manifest.fund(resource, amount))
  return manifest.operate(owner, cdpId, { repaymentBuckets }).depositAll(ADDRESSES.faucetAccount).steps
}

export function addCollateral(owner: string, cdpId: string, amounts: ReadonlyMap<string, Decimal>): Step[] {
  const manifest = new Manifest()
  const collateralBuckets = [...amounts].map(([resource, amount]) => manifest.fund(resource, amount))
  return manifest.operate(owner, cdpId, { collateralBuckets }).steps
}

/** Takes collateral out, or a loan, for the owner to keep. */
export function drawFromCdp(
  owner: string,
  cdpId: string,
  drawn: Pick<BatchOperation, 'borrows' | 'collateralsOut'>,
): Step[] {
  return new Manifest().operate(owner, cdpId, drawn).depositAll(owner).steps
}

export function openCdp(
  owner: string,
  order: {
    readonly name: string
    readonly collaterals: ReadonlyMap<string, Decimal>
    readonly claims: readonly {
      readonly validator: string
      readonly lsu: string
      readonly claimNft: string
      readonly lsuAmount: Decimal
    }[]
    readonly loans: ReadonlyMap<string, Decimal>
  },
): Step[] {
  const manifest = new Manifest()
  const nftBuckets = order.claims.map(({ validator, lsu, claimNft, lsuAmount }) => {
    manifest.call(validator, 'unstake', arg.bucket(manifest.fund(lsu, lsuAmount)))
    return manifest.takeAll(claimNft)
  })
  const buckets = [...order.collaterals].map(([resource, amount]) => manifest.fund(resource, amount))
  const fee = manifest.take(XRD, Decimal.ZERO)
  return manifest
    .call(
      ADDRESSES.market,
      'create_cdp',
      arg.bucket(fee),
      arg.some(arg.text(order.name)),
      arg.none,
      arg.none,
      arg.buckets(...buckets),
      arg.buckets(...nftBuckets),
      arg.amounts(order.loans),
    )
    .depositAll(owner).steps
}

/**
 * The transaction of 30 August 2026: an empty CDP, collateral added by a flash operation (the plain way may be switched off), loans
 * taken at whatever price the market believes, and collateral taken out again without a health check.
 */
export function exploit(
  owner: string,
  cdpId: string,
  order: {
    readonly collaterals: ReadonlyMap<string, Decimal>
    readonly loans: ReadonlyMap<string, Decimal>
    readonly takeBack: ReadonlyMap<string, Decimal>
  },
): Step[] {
  const manifest = new Manifest()
  const nothing = arg.buckets()
  const fee = manifest.take(XRD, Decimal.ZERO)
  manifest
    .call(
      ADDRESSES.market,
      'create_cdp',
      arg.bucket(fee),
      arg.none,
      arg.none,
      arg.none,
      nothing,
      nothing,
      arg.amounts(new Map()),
    )
    .depositAll(owner)
  const buckets = [...order.collaterals].map(([resource, amount]) => manifest.fund(resource, amount))
  const proof = () => manifest.proofOfCdp(owner, cdpId)
  manifest.call(ADDRESSES.market, 'flash_add_collateral', proof(), arg.buckets(...buckets))
  manifest.operate(owner, cdpId, { borrows: order.loans })
  if (order.takeBack.size > 0)
    manifest.call(ADDRESSES.market, 'flash_remove_collateral', proof(), arg.amounts(order.takeBack))
  return manifest.depositAll(owner).steps
}

export function closeCdp(
  cdpId: string,
  owner: string,
  position: {
    readonly owed: ReadonlyMap<string, Decimal>
    readonly collaterals: ReadonlyMap<string, Decimal>
    readonly nfts: readonly { readonly resource: string; readonly id: string }[]
  },
): Step[] {
  const manifest = new Manifest()
  const repaymentBuckets = [...position.owed].map(([resource, amount]) => manifest.fund(resource, amount))
  if (repaymentBuckets.length > 0)
    manifest.operate(owner, cdpId, { repaymentBuckets }).depositAll(ADDRESSES.faucetAccount)
  if (position.collaterals.size + position.nfts.length > 0)
    manifest.operate(owner, cdpId, { collateralsOut: position.collaterals, nftsOut: position.nfts }).depositAll(owner)
  const id: Arg = { kind: 'list', of: 'NonFungibleLocalId', items: [arg.id(cdpId)] }
  manifest.call(owner, 'withdraw_non_fungibles', arg.address(ADDRESSES.cdpResource), id)
  return manifest.call(ADDRESSES.market, 'burn_cdp', arg.bucket(manifest.takeAll(ADDRESSES.cdpResource))).steps
}

export function liquidateWithOwnFunds(account: string, cdpId: string, resource: string, amount: Decimal): Step[] {
  const manifest = new Manifest(account)
  manifest.call(account, 'withdraw', arg.address(resource), arg.decimal(amount))
  const payment = manifest.takeAll(resource)
  return manifest.call(ADDRESSES.market, 'liquidate', arg.id(cdpId), arg.buckets(payment), arg.none).depositAll(account)
    .steps
}

/** One swap per pool that is off the market's price. */
export function arbitrage(
  swaps: readonly { readonly give: string; readonly amount: Decimal; readonly get: string }[],
): Step[] {
  const manifest = new Manifest(ARBITRAGEUR_ACCOUNT)
  for (const { give, amount, get } of swaps) {
    manifest.call(ARBITRAGEUR_ACCOUNT, 'withdraw', arg.address(give), arg.decimal(amount))
    manifest.call(ADDRESSES.dex, 'swap', arg.bucket(manifest.take(give, amount)), arg.address(get))
  }
  return manifest.depositAll(ARBITRAGEUR_ACCOUNT).steps
}
