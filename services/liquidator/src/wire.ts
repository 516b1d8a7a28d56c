import { setTimeout as sleep } from 'node:timers/promises'
import {
  type AwsClients,
  DynamoCandidateEnds,
  DynamoExecutionJournal,
  DynamoQuarantineStore,
  epochMemoryStore,
  priceTrustStore,
  RecordsTable,
  SsmModeSwitch,
  signedWithdrawalsStore,
} from '@weft/aws'
import { type AccountAddress, type Clock, Decimal, type LiquidationStep, type TransactionSigner } from '@weft/domain'
import {
  exitVenues,
  GatewayClient,
  GatewayHealthOracle,
  GatewayLedger,
  GatewayPast,
  GatewayTip,
  isFailing,
  plausibilityOf,
} from '@weft/radix'
import { accountKeyFromSeedPhrase, buildLiquidationManifest, WalletSigner } from '@weft/radix/transactions'
import type { EventLog, Metrics } from '@weft/telemetry'
import { type FaultPort, noFaults } from './commit/faults.ts'
import type { Patience } from './commit/follow.ts'
import { WithdrawalBudget } from './commit/withdrawal-budget.ts'
import type { LiquidatorConfig } from './config.ts'
import { DAY_MS } from './decide/guards/governors.ts'
import { spendableOf } from './decide/spendable.ts'
import type { LiquidatorDeps } from './deps.ts'
import type { LiquidatorEvent } from './events.ts'
import { capsOf, limitsOf, ownFundsCaps, policyOf } from './policy.ts'
import { JudgedPriceTrust } from './reading/judged-price-trust.ts'
import { MarketAtTip } from './reading/market-at-tip.ts'
import { RecentSpending } from './reading/recent-spending.ts'
import { TrustedEpochs } from './reading/trusted-epochs.ts'

export interface Surroundings {
  readonly aws: Pick<AwsClients, 'dynamodb' | 'ssm'>
  readonly clock: Clock
  readonly log: EventLog<LiquidatorEvent>
  readonly metrics: Metrics
  /** The phrase is read once, when the process starts, and goes nowhere but into the signing key; an address looks on and signs nothing. */
  readonly wallet: { readonly seedPhrase: string } | { readonly account: AccountAddress }
  /** What ages the mode; the process's own monotonic clock when absent. */
  readonly monotonicMs?: () => number
  /** Really waits when absent. */
  readonly patience?: Patience
  /** None when absent. */
  readonly faults?: FaultPort
}

/** How long one reading of the market serves other candidates: about as long as a commit takes, after which all is new anyway. */
const MARKET_MAX_AGE_MS = 5_000

/** The liquidator with its real adapters, the same on AWS and on one machine. Loads the engine toolkit, some 200 ms. */
export async function wireLiquidator(config: LiquidatorConfig, surroundings: Surroundings): Promise<LiquidatorDeps> {
  const { network, settings } = config
  const { aws, clock, log, metrics } = surroundings
  const policy = policyOf(settings)
  const client = new GatewayClient({
    gatewayUrls: network.gatewayUrls,
    network,
    policy: config.gateway,
    onGateway: (host, state) => {
      log.emit({ event: 'liquidator.gateway_changed', host, state })
      if (isFailing(state)) metrics.count('GatewaysFailing')
    },
  })
  const table = new RecordsTable(aws.dynamodb, config.recordsTable, ({ message }) =>
    log.emit({ event: 'liquidator.record_unreadable', why: message }),
  )
  const pinned = new GatewayLedger(client, network, {
    onSecondPricesMissing: (missing) =>
      log.emit({
        event: 'liquidator.second_prices_missing',
        resources: missing.map(({ resource }) => resource),
        why: [...new Set(missing.map(({ detail }) => detail))],
      }),
  })
  const market = new MarketAtTip(pinned, clock, MARKET_MAX_AGE_MS)
  const prices = new JudgedPriceTrust(priceTrustStore(table, network.name), plausibilityOf(network), clock)
  const epochs = new TrustedEpochs(epochMemoryStore(table, network.name), clock, network.epochMs)
  const own = ownFundsCaps(settings, network.gatewayUrls.length)
  const withdrawals = new WithdrawalBudget(signedWithdrawalsStore(table, network.name), clock, own.perHourXrd)
  const walletSigner = (seedPhrase: string) =>
    WalletSigner.create({
      key: accountKeyFromSeedPhrase(seedPhrase, network.networkId, config.accountIndex),
      networkId: network.networkId,
      targets: {
        market: network.addresses.market,
        pool: network.addresses.pool,
        venues: network.venues.map((venue) => venue.component),
      },
      xrd: network.addresses.xrd,
      caps: capsOf(settings, own),
      maxSlippage: settings.maxSlippage,
      vouched: () => prices.vouched(network.addresses.xrd),
      closedAtMs: (start, end) => epochs.closedAtMs(start, end),
      book: (valueXrd) => withdrawals.book(valueXrd),
    })
  const { wallet } = surroundings
  const signer = 'account' in wallet ? onlooker(wallet.account) : await walletSigner(wallet.seedPhrase)
  const journal = new DynamoExecutionJournal(table)
  return {
    mode: new SsmModeSwitch(aws.ssm, {
      parameter: config.modeParameter,
      ...(surroundings.monotonicMs ? { nowMs: surroundings.monotonicMs } : {}),
      onUnknown: (value) => log.emit({ event: 'liquidator.mode_unknown', value: value ?? null }),
    }),
    ledger: new GatewayTip(client, network),
    past: new GatewayPast(client),
    pinned,
    market,
    oracle: new GatewayHealthOracle(client, network),
    onOneGateway: (work) => client.onOneGateway(work),
    prices,
    quarantine: new DynamoQuarantineStore(table),
    journal,
    ends: new DynamoCandidateEnds(table),
    spending: new RecentSpending(journal, clock, DAY_MS),
    signer,
    spendable: async (resources) => {
      const { xrd } = network.addresses
      const leftXrd = Decimal.min(own.perTransactionXrd, await withdrawals.leftXrd())
      return spendableOf(resources, leftXrd, await prices.vouched(xrd))
    },
    venues: exitVenues(network, {
      client,
      account: signer.account,
      divisibilityOf: (resource) => market.lastRead?.divisibilities.get(resource) ?? 18,
    }),
    writeManifest: (steps: readonly LiquidationStep[]) =>
      buildLiquidationManifest(steps, {
        networkId: network.networkId,
        account: signer.account,
        lockFeeXrd: policy.lockFeeXrd,
        addresses: network.addresses,
      }),
    policy,
    limits: limitsOf(settings),
    clock,
    patience: surroundings.patience ?? { wait: (ms) => sleep(ms) },
    faults: surroundings.faults ?? noFaults,
    log,
    metrics,
    owner: config.owner,
  }
}

/** Knows whose wallet it is and holds no key. */
function onlooker(account: AccountAddress): TransactionSigner {
  return {
    account,
    sign: () => Promise.reject(new Error('Only the address of the wallet is known here: nothing can be signed.')),
  }
}
