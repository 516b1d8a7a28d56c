import type { ExecutionRecord } from '@weft/domain'
import { afterAll, afterEach, beforeAll } from 'vitest'
import type { LiquidatorDeps } from '../src/deps.ts'
import { liquidate } from '../src/liquidate.ts'
import type { LiquidationOutcome } from '../src/outcome/outcome.ts'
import { startTestCloud, startTestMarket, type TestCloud, type TestMarket, type TestMarketOptions } from './market.ts'

export const MINUTE = 60_000

/** A market with one CDP that has become liquidatable, new for each test, and what tests ask of both. */
export interface FallenCdp {
  /** Of the running test. */
  readonly market: TestMarket
  /** Opens a market. */
  start(options?: TestMarketOptions): Promise<void>
  /** Opens a market with one CDP that a fall of xUSDC has made liquidatable. @returns its id. */
  open(options?: TestMarketOptions): Promise<string>
  /** Has the CDP liquidated as a candidate of now. */
  run(cdpId: string, changes?: Partial<LiquidatorDeps>): Promise<LiquidationOutcome>
  claimAs(owner: string, cdpId: string): Promise<void>
  journalOf(cdpId: string): Promise<readonly ExecutionRecord[]>
  /** From now on the CDP's data comes in a shape that nobody knows, as after an upgrade of the market. */
  hideData(cdpId: string): void
  /** Transactions that the ledger has been sent. */
  submissions(): number
}

/** For the tests of one file, whose markets it starts and stops. */
export function aFallenCdp(): FallenCdp {
  let cloud: TestCloud
  let market: TestMarket
  beforeAll(async () => {
    cloud = await startTestCloud()
  })
  afterAll(() => cloud?.stop())
  afterEach(() => market?.stop())
  return {
    get market() {
      return market
    },
    async start(options = {}) {
      market = await startTestMarket(cloud, options)
    },
    async open(options = {}) {
      market = await startTestMarket(cloud, options)
      const cdpId = market.ledger.control.openCdp({ collaterals: { xUSDC: '100' }, loans: { XRD: '14000' } })
      market.ledger.control.setPrices({ xUSDC: '190' })
      return cdpId
    },
    run: (cdpId, changes = {}) => liquidate(market.candidate(cdpId), { ...market.deps, ...changes }),
    async claimAs(owner, cdpId) {
      const { journal, clock } = market.deps
      await journal.claim(market.candidate(cdpId).cdpId, owner, clock.now(), MINUTE)
    },
    journalOf: async (cdpId) => (await market.deps.journal.standingOf(market.candidate(cdpId).cdpId)).attempts,
    hideData(cdpId) {
      const resource = market.ledger.addresses.cdpResource
      market.server.setFaults({ rules: [{ endpoint: '*', fault: { kind: 'unknown-shape', resource, ids: [cdpId] } }] })
    },
    submissions: () => market.server.requestsByEndpoint()['/transaction/submit'] ?? 0,
  }
}

/** Past the epoch window of an intent, by the ledger and by our own clock, in rounds as a ledger makes them: a jump would look like a halt. */
export function passWindow({ market }: FallenCdp): void {
  for (let second = 0; second < 720; second += 10) {
    market.ledger.control.advanceTime(10_000)
    market.ledger.control.advanceRound()
  }
}

/** Waits so long that an intent's window ends while it is followed. */
export function passingEpochs(fallen: FallenCdp): Pick<LiquidatorDeps['patience'], 'wait'> {
  return { wait: async () => passWindow(fallen) }
}
