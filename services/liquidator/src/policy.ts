import { Decimal, decimalText, type LiquidationPolicy } from '@weft/domain'
import type { SpendingCaps } from '@weft/radix/transactions'
import * as z from 'zod'
import type { LiquidatorLimits } from './deps.ts'
import { PolicyEntry } from './policy-entries.ts'

const MINUTE_MS = 60_000

const PolicyEntryList = z.array(PolicyEntry).default([])

/** What an operator may set in `WEFT_LIQUIDATION_POLICY`; all amounts as decimal text, rates as fractions. Absent means the default. */
export const PolicySettings = z
  .strictObject({
    minProfitXrd: amount('5'),
    maxSlippage: fraction('0.03'),
    feeReserveXrd: amount('200'),
    lockFeeXrd: amount('10'),
    expectedNetworkFeeXrd: amount('1'),
    ownFundsShare: fraction('0.1'),
    /** Whatever share of a balance that would be: a balance is what a Gateway says it is. The signer holds to these on its own. */
    maxOwnXrdPerTransaction: anAmount().optional(),
    /** Over all workers. */
    maxOwnXrdPerHour: anAmount().optional(),
    maxCompensationXrd: amount('50000'),
    maxLockFeeXrd: amount('25'),
    /** 1 turns several calls off; more than the default would hardly repay more, each repays half of what the one before left. */
    maxCallsPerTransaction: z.int().min(1).max(10).default(4),
    lsuExit: z.enum(['best', 'hold', 'finance', 'dex']).default('best'),
    /** On by default: bad debt is prevented first. A loss per CDP of 0 turns it off. */
    protocolMode: z
      .strictObject({ maxLossPerCdpXrd: decimalText, maxLossPerDayXrd: decimalText })
      .refine(
        (mode) => !mode.maxLossPerCdpXrd.isNegative() && !mode.maxLossPerDayXrd.isNegative(),
        'must not be negative',
      )
      .default(() => ({ maxLossPerCdpXrd: Decimal.parse('25'), maxLossPerDayXrd: Decimal.parse('250') })),
    denied: PolicyEntryList,
    allowed: PolicyEntryList,
    /** Some 2 000 liquidations: the promised stream of 250 a minute for five minutes must not be stopped by it. */
    maxFeesPerHourXrd: amount('1000'),
    /** Four times what may be lost on purpose: workers see each other's losses ten seconds late. */
    maxLossesPerDayXrd: amount('1000'),
    maxFailedAttemptsPerCdp: z.int().min(1).default(5),
    maxLedgerAgeSeconds: z.int().min(1).default(120),
    /** From here on a standing ledger clock counts as a halt. */
    haltedAfterSeconds: z.int().min(1).default(600),
    /** How long only to observe after a halt. */
    quietPeriodSeconds: z.int().min(0).default(1_800),
    /**
     * How long a worker's claim on a CDP lasts: longer than a worker may live, the function's 120 s, and shorter than a message stays
     * hidden, six times that.
     */
    claimSeconds: z.int().min(1).default(150),
    /**
     * How long indexers leave out a CDP whose liquidation was just found unprofitable or impossible; 0 for not at all. Keep it well below
     * the cadence: a run that comes sooner passes the CDP over, and the next one finds it.
     */
    restSeconds: z.int().min(0).default(20),
  })
  .refine((settings) => settings.lockFeeXrd.lte(settings.maxLockFeeXrd), {
    path: ['lockFeeXrd'],
    message: 'must not be above maxLockFeeXrd, or nothing could be signed',
  })
  .refine(({ maxOwnXrdPerTransaction: once, maxOwnXrdPerHour: hourly }) => !once || !hourly || once.lte(hourly), {
    path: ['maxOwnXrdPerTransaction'],
    message: 'must not be above maxOwnXrdPerHour',
  })
  .refine(({ protocolMode: mode }) => mode.maxLossPerCdpXrd.lte(mode.maxLossPerDayXrd), {
    path: ['protocolMode', 'maxLossPerCdpXrd'],
    message: 'must not be above maxLossPerDayXrd',
  })
  // The governor stops all liquidations, profitable ones too: what is spent on purpose must never set it off.
  .refine(({ protocolMode: mode, maxLossesPerDayXrd }) => isOff(mode) || mode.maxLossPerDayXrd.lt(maxLossesPerDayXrd), {
    path: ['protocolMode', 'maxLossPerDayXrd'],
    message: 'must be below maxLossesPerDayXrd, or losses made on purpose would stop profitable work',
  })
export type PolicySettings = z.infer<typeof PolicySettings>

export function policyOf(settings: PolicySettings): LiquidationPolicy {
  const { protocolMode } = settings
  return {
    minProfitXrd: settings.minProfitXrd,
    maxSlippage: settings.maxSlippage,
    feeReserveXrd: settings.feeReserveXrd,
    lockFeeXrd: settings.lockFeeXrd,
    expectedNetworkFeeXrd: settings.expectedNetworkFeeXrd,
    ownFundsShare: settings.ownFundsShare,
    maxCallsPerTransaction: settings.maxCallsPerTransaction,
    lsuExit: settings.lsuExit,
    ...(isOff(protocolMode) ? {} : { protocolMode }),
    denied: settings.denied,
    allowed: settings.allowed,
  }
}

function isOff({ maxLossPerCdpXrd }: { readonly maxLossPerCdpXrd: Decimal }): boolean {
  return maxLossPerCdpXrd.isZero()
}

/** The most of the own funds that may be withdrawn, XRD; other tokens count at the highest price that is vouched for. */
export interface OwnFundsCaps {
  readonly perTransactionXrd: Decimal
  /** By all workers together. */
  readonly perHourXrd: Decimal
}

/** One Gateway is believed about balances and CDPs; where a second one must agree, more is at stake before anybody looks. */
const PER_TRANSACTION_XRD = { alone: '20000', several: '50000' } as const
const TRANSACTIONS_AN_HOUR = Decimal.fromInteger(10)

export function ownFundsCaps(settings: PolicySettings, gateways: number): OwnFundsCaps {
  const byDefault = Decimal.parse(gateways > 1 ? PER_TRANSACTION_XRD.several : PER_TRANSACTION_XRD.alone)
  const perTransactionXrd = settings.maxOwnXrdPerTransaction ?? byDefault
  return { perTransactionXrd, perHourXrd: settings.maxOwnXrdPerHour ?? perTransactionXrd.times(TRANSACTIONS_AN_HOUR) }
}

/** What the signer refuses to go beyond, whatever a plan says. */
export function capsOf(settings: PolicySettings, own: OwnFundsCaps): SpendingCaps {
  return {
    maxWithdrawnXrd: own.perTransactionXrd,
    maxLockFeeXrd: settings.maxLockFeeXrd,
    maxCompensationXrd: settings.maxCompensationXrd,
  }
}

/** The limits that follow from the settings and from how long a worker may live. */
export function limitsOf(settings: PolicySettings): LiquidatorLimits {
  return {
    freshness: {
      maxAgeMs: settings.maxLedgerAgeSeconds * 1_000,
      haltedAfterMs: settings.haltedAfterSeconds * 1_000,
      maxAheadMs: MINUTE_MS,
      quietPeriodMs: settings.quietPeriodSeconds * 1_000,
    },
    spend: {
      maxFeesPerHourXrd: settings.maxFeesPerHourXrd,
      maxLossesPerDayXrd: settings.maxLossesPerDayXrd,
      maxFailedAttemptsPerCdp: settings.maxFailedAttemptsPerCdp,
    },
    // Ends before the function's time-out of 120 s does.
    // A commit takes two to six seconds: looks between cost as much as the rest of a liquidation.
    follow: { firstLookAfterMs: 2_000, pollEveryMs: 1_500, resubmitAfterMs: 10_000, giveBackAfterMs: 75_000 },
    leaseMs: settings.claimSeconds * 1_000,
    restMs: settings.restSeconds * 1_000,
    windowEpochs: 2,
    previewTolerance: Decimal.parse('0.001'),
    ltvTolerance: Decimal.parse('0.001'),
  }
}

function amount(byDefault: string) {
  return anAmount().default(() => Decimal.parse(byDefault))
}

function anAmount() {
  return decimalText.refine((value) => !value.isNegative(), 'must not be negative')
}

function fraction(byDefault: string) {
  return decimalText
    .refine((value) => !value.isNegative() && value.lte(Decimal.ONE), 'must be a fraction from 0 to 1')
    .default(() => Decimal.parse(byDefault))
}
