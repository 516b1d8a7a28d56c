import type { LiquidatorDeps } from './deps.ts'

/**
 * Signs a transaction that does nothing but lock a fee, so that the engine toolkit is loaded and compiled before the first candidate
 * comes. It is submitted nowhere, and its epoch window is long over.
 */
export async function warmUp(deps: Pick<LiquidatorDeps, 'signer' | 'writeManifest'>): Promise<void> {
  await deps.signer.sign(deps.writeManifest([]), { startEpochInclusive: 1, endEpochExclusive: 2 })
}
