import type { CollateralConfigVersion } from './cdp.ts'
import type { ResourceAddress } from './ids.ts'
import type { CollateralConfig, LoanConfig, MarketSnapshot } from './market.ts'
import { UnjudgeableError } from './unjudgeable.ts'

/**
 * The configuration that judges a collateral, by the efficiency mode and version its CDP recorded *(inferred)*.
 * @param judgedBy resource whose `ResourceConfig` applies: a token's own, a deposit unit's underlying, XRD for LSU and claim NFTs.
 * @throws {UnjudgeableError} when the market snapshot lacks the resource, the efficiency group or the configuration.
 * @see docs/on-ledger-data.md, "Whose configuration and price"
 */
export function collateralConfigInForce(
  market: MarketSnapshot,
  judgedBy: ResourceAddress,
  recorded: CollateralConfigVersion,
  ledgerTimeMs: number,
): CollateralConfig {
  const configId = collateralConfigId(market, judgedBy, recorded)
  const versions = market.collateralConfigs.get(configId)
  if (!versions)
    throw new UnjudgeableError(`collateral config ${configId} of ${judgedBy} is not in the market snapshot`)
  return versionInForce(versions, recorded.entryVersion, ledgerTimeMs)
}

/**
 * The configuration that judges a loan, at the version its CDP recorded *(inferred)*.
 * @throws {UnjudgeableError} when the resource cannot be borrowed or its configuration is not in the snapshot.
 */
export function loanConfigInForce(
  market: MarketSnapshot,
  resource: ResourceAddress,
  recordedVersion: number,
  ledgerTimeMs: number,
): LoanConfig {
  const configId = market.resources.get(resource)?.loan?.loanConfigId
  if (configId === undefined) throw new UnjudgeableError(`the market has no loan config for ${resource}`)
  const versions = market.loanConfigs.get(configId)
  if (!versions) throw new UnjudgeableError(`loan config ${configId} of ${resource} is not in the market snapshot`)
  return versionInForce(versions, recordedVersion, ledgerTimeMs)
}

function collateralConfigId(
  market: MarketSnapshot,
  judgedBy: ResourceAddress,
  { efficiencyMode: mode }: CollateralConfigVersion,
): number {
  switch (mode.kind) {
    case 'none': {
      const id = market.resources.get(judgedBy)?.collateral?.collateralConfigId
      if (id === undefined) throw new UnjudgeableError(`the market has no collateral config for ${judgedBy}`)
      return id
    }
    case 'efficiency-group': {
      const id = market.efficiencyGroups.get(mode.groupId)
      if (id === undefined) throw new UnjudgeableError(`efficiency group ${mode.groupId} is not in the market snapshot`)
      return id
    }
    case 'identical-resource': {
      const id = market.rules.defaultEfficiencyConfigId
      if (id === null) throw new UnjudgeableError('the market has no default efficiency config')
      return id
    }
  }
}

interface Versions<C> {
  readonly current: { readonly version: number; readonly config: C }
  readonly superseded: ReadonlyMap<number, { readonly config: C; readonly expiresAtMs: number | null }>
}

/** A recorded version counts until the ledger clock reaches its expiry; from then on, and when it is gone, the current one does. */
function versionInForce<C>(versions: Versions<C>, recordedVersion: number, ledgerTimeMs: number): C {
  if (recordedVersion === versions.current.version) return versions.current.config
  const recorded = versions.superseded.get(recordedVersion)
  if (recorded && (recorded.expiresAtMs === null || recorded.expiresAtMs > ledgerTimeMs)) return recorded.config
  return versions.current.config
}
