import type { CollateralConfigVersion } from './cdp.ts'
import type { ResourceAddress } from './ids.ts'
import type { CollateralConfig, LoanConfig, MarketSnapshot } from './market.ts'
import { marketNowMs } from './market-clock.ts'
import { UnjudgeableError } from './unjudgeable.ts'
import { whyUnreadable } from './unreadable.ts'

/**
 * The configuration that judges a collateral: the version its CDP recorded, whatever the efficiency mode, for the version names the entry.
 * @param judgedBy resource whose `ResourceConfig` applies: a token's own, a deposit unit's underlying, XRD for LSU and claim NFTs.
 * @throws {UnjudgeableError} when the recorded version is not on the ledger, where the market's own call fails, or did not decode.
 * @see docs/on-ledger-data.md, "Configuration versions"
 */
export function collateralConfigInForce(
  market: MarketSnapshot,
  judgedBy: ResourceAddress,
  recorded: CollateralConfigVersion,
  ledgerTimeMs: number,
): CollateralConfig {
  return inForce(market, 'collateral', recorded.entryVersion, ledgerTimeMs, () =>
    collateralConfigId(market, judgedBy, recorded),
  )
}

/**
 * The configuration that judges a loan, by the version its CDP recorded.
 * @throws {UnjudgeableError} as for a collateral.
 */
export function loanConfigInForce(
  market: MarketSnapshot,
  resource: ResourceAddress,
  recordedVersion: number,
  ledgerTimeMs: number,
): LoanConfig {
  return inForce(market, 'loan', recordedVersion, ledgerTimeMs, () => {
    const id = market.resources.get(resource)?.loan?.loanConfigId
    if (id === undefined) throw new UnjudgeableError(noConfig(market, 'loan', resource))
    return id
  })
}

/** Id of a collateral's configuration by its recorded mode; only a manager without history needs it. */
function collateralConfigId(
  market: MarketSnapshot,
  judgedBy: ResourceAddress,
  { efficiencyMode: mode }: CollateralConfigVersion,
): number {
  switch (mode.kind) {
    case 'none': {
      const id = market.resources.get(judgedBy)?.collateral?.collateralConfigId
      if (id === undefined) throw new UnjudgeableError(noConfig(market, 'collateral', judgedBy))
      return id
    }
    case 'efficiency-group': {
      const id = market.efficiencyGroups.get(mode.groupId)
      if (id === undefined)
        throw new UnjudgeableError(
          whyUnreadable(market, 'efficiency_group_manager', `Current(${mode.groupId})`) ??
            `efficiency group ${mode.groupId} is not in the market snapshot`,
        )
      return id
    }
    case 'identical-resource': {
      const id = market.rules.defaultEfficiencyConfigId
      if (id === null) throw new UnjudgeableError('the market has no default efficiency config')
      return id
    }
  }
}

function noConfig(market: MarketSnapshot, side: 'loan' | 'collateral', resource: ResourceAddress): string {
  return whyUnreadable(market, 'resource_configs', resource) ?? `the market has no ${side} config for ${resource}`
}

interface ConfigTable<C> {
  readonly tracksHistory: boolean
  readonly current: ReadonlyMap<number, { readonly config: C }>
  readonly history: ReadonlyMap<
    number,
    { readonly id: number; readonly config: C; readonly expiresAtMs: number | null }
  >
}

/** What judges by each manager. */
interface ConfigsOf {
  collateral: CollateralConfig
  loan: LoanConfig
}

/**
 * A recorded version counts until the market's clock reaches its expiry; from then on what its own id has in force does. A manager that
 * tracks no history cannot look a version up: the id in force then judges *(inferred)*.
 */
function inForce<S extends keyof ConfigsOf>(
  market: MarketSnapshot,
  side: S,
  version: number,
  ledgerTimeMs: number,
  idWithoutHistory: () => number,
): ConfigsOf[S] {
  const table = tableOf(market, side)
  const unknown = (key: string, otherwise: string) =>
    new UnjudgeableError(whyUnreadable(market, `${side}_config_manager`, key) ?? otherwise)
  const currentOf = (id: number) => {
    const current = table.current.get(id)
    if (!current) throw unknown(`Current(${id})`, `${side} config ${id} is not in the market snapshot`)
    return current.config
  }
  if (!table.tracksHistory) return currentOf(idWithoutHistory())
  const recorded = table.history.get(version)
  if (!recorded)
    throw unknown(
      `History(${version})`,
      `${side} config version ${version} is not on the ledger, so the market itself would fail`,
    )
  const isInForce = recorded.expiresAtMs === null || recorded.expiresAtMs > marketNowMs(ledgerTimeMs)
  return isInForce ? recorded.config : currentOf(recorded.id)
}

function tableOf<S extends keyof ConfigsOf>(market: MarketSnapshot, side: S): ConfigTable<ConfigsOf[S]> {
  const tables: { readonly [Side in keyof ConfigsOf]: ConfigTable<ConfigsOf[Side]> } = {
    collateral: market.collateralConfigs,
    loan: market.loanConfigs,
  }
  return tables[side]
}
