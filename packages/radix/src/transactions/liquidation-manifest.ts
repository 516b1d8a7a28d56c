import type { AccountAddress, ComponentAddress, LiquidationStep, ResourceAddress } from '@weft/domain'
import { Decimal } from '@weft/domain/decimal'
import { ManifestText } from '../manifest/manifest-text.ts'
import {
  address,
  amount,
  amountsByResource,
  arrayOf,
  type Bucket,
  bucket,
  entireWorktop,
  localId,
  none,
  some,
  text,
} from '../manifest/manifest-value.ts'

export interface LiquidationManifestContext {
  readonly networkId: number
  readonly account: AccountAddress
  /** Fee locked in the account; what is not used comes back. */
  readonly lockFeeXrd: Decimal
  readonly addresses: {
    readonly xrd: ResourceAddress
    readonly market: ComponentAddress
    readonly pool: ComponentAddress
  }
}

/**
 * Spells a plan's steps as a manifest: `lock_fee`, the steps in order, everything left back into the account. The shapes are
 * those of Weft's stokenet samples.
 * @throws {ManifestBuildError} when the steps cannot be spelled.
 */
export function buildLiquidationManifest(
  steps: readonly LiquidationStep[],
  context: LiquidationManifestContext,
): string {
  const manifest = new ManifestText(context.networkId)
  const compensation = new Map<LiquidationStep, Bucket>()
  manifest.call(context.account, 'lock_fee', amount(context.lockFeeXrd))
  for (const [index, step] of steps.entries()) {
    if (takesAllOf(step, context.addresses.xrd))
      reserveCompensation(steps.slice(index), manifest, context, compensation)
    writeStep(step, manifest, context, compensation)
  }
  manifest.call(context.account, 'deposit_batch', entireWorktop)
  return manifest.build()
}

/**
 * Sets aside the XRD that a later `liquidate_nft` owes as compensation, before a step would take all XRD from the worktop.
 * That is the order of Weft's own NFT sample.
 */
function reserveCompensation(
  ahead: readonly LiquidationStep[],
  manifest: ManifestText,
  { addresses }: LiquidationManifestContext,
  compensation: Map<LiquidationStep, Bucket>,
): void {
  for (const step of ahead)
    if (step.kind === 'liquidate-nft' && !compensation.has(step))
      compensation.set(step, manifest.take(addresses.xrd, step.compensationXrd))
}

function takesAllOf(step: LiquidationStep, resource: ResourceAddress): boolean {
  switch (step.kind) {
    case 'swap':
      return (step.from === resource && step.amount === 'all') || (step.to === resource && step.atLeast !== undefined)
    case 'liquidate':
    case 'liquidate-nft':
      return step.payments.includes(resource)
    default:
      return false
  }
}

function writeStep(
  step: LiquidationStep,
  manifest: ManifestText,
  context: LiquidationManifestContext,
  compensation: ReadonlyMap<LiquidationStep, Bucket>,
): void {
  const { account, addresses } = context
  const { market, pool, xrd } = addresses
  const takeAll = (resource: string) => bucket(manifest.takeAll(resource))
  switch (step.kind) {
    case 'flash-loan':
      manifest.call(pool, 'take_flash_loan', amountsByResource([[step.resource, step.amount]]))
      return
    case 'withdraw-own':
      manifest.call(account, 'withdraw', address(step.resource), amount(step.amount))
      return
    case 'liquidate': {
      const { amount: most } = step
      const take = most ? (resource: ResourceAddress) => bucket(manifest.take(resource, most)) : takeAll
      const payments = arrayOf('Bucket', step.payments.map(take))
      const collaterals = some(arrayOf('Address', step.collaterals.map(address)))
      manifest.call(market, 'liquidate', localId(step.cdpId), payments, collaterals)
      return
    }
    case 'liquidate-nft': {
      const set = compensation.get(step) ?? manifest.take(xrd, step.compensationXrd)
      const payments = arrayOf('Bucket', step.payments.map(takeAll))
      manifest.call(
        market,
        'liquidate_nft',
        localId(step.cdpId),
        payments,
        address(step.nftResource),
        localId(step.nftId),
        bucket(set),
      )
      return
    }
    case 'redeem-deposit-units':
      manifest.call(pool, 'withdraw', arrayOf('Bucket', [takeAll(step.depositUnit)]))
      return
    case 'swap': {
      const parked = step.atLeast && manifest.takeAll(step.to)
      const sold = step.amount === 'all' ? manifest.takeAll(step.from) : manifest.take(step.from, step.amount)
      manifest.call(step.component, 'swap', bucket(sold), address(step.to))
      if (step.atLeast) manifest.assertWorktopContains(step.to, step.atLeast)
      if (parked) manifest.returnToWorktop(parked)
      return
    }
    case 'assert-at-least':
      manifest.assertWorktopContains(step.resource, step.amount)
      return
    case 'unstake':
      manifest.call(step.validator, 'unstake', takeAll(step.lsu))
      return
    case 'claim-xrd':
      manifest.call(step.validator, 'claim_xrd', takeAll(step.claimNft))
      return
    case 'open-cdp': {
      const claim = takeAll(step.claimNft)
      // The market's creation fee is 0 (live value); an empty bucket pays it, as in Weft's sample.
      const fee = bucket(manifest.take(xrd, Decimal.ZERO))
      const borrows = amountsByResource([[step.borrow.resource, step.borrow.amount]])
      const collaterals = arrayOf('Bucket', [])
      const nftCollaterals = arrayOf('Bucket', [claim])
      manifest.call(market, 'create_cdp', fee, some(text(step.name)), none, none, collaterals, nftCollaterals, borrows)
      return
    }
    case 'repay-flash-loan': {
      const payment = arrayOf('Bucket', [takeAll(step.resource)])
      manifest.call(pool, 'repay_flash_loan', payment, takeAll(step.term))
      return
    }
  }
}
