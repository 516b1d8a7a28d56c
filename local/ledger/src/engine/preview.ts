import { createHash } from 'node:crypto'
import type { PreviewReceipt, PreviewRequest } from '../view.ts'
import type { Chain } from './chain.ts'
import type { VaultChange } from './execution/execution.ts'
import { run } from './execution/run.ts'
import type { Toolkit } from './toolkit.ts'

/**
 * A dry run at the tip. It never changes anything, and two previews may see different tips.
 * @throws {ManifestError} when the text does not compile for this network.
 */
export function preview(chain: Chain, toolkit: Toolkit, request: PreviewRequest): PreviewReceipt {
  const steps = toolkit.parseManifest(request.manifest)
  const epochError = request.skipEpochCheck ? undefined : outsideWindow(request, chain.epoch)
  const result = run(chain.store, {
    steps,
    signers: request.assumeAllSignatureProofs
      ? 'everyone'
      : new Set(request.signerPublicKeys.map((key) => toolkit.accountOfKey(key))),
    transactionHash: createHash('sha256').update(`${request.nonce}:${request.manifest}`).digest('hex'),
    nowS: chain.nowS,
    epoch: chain.epoch,
    tipPercentage: request.tipPercentage,
    freeCredit: request.useFreeCredit,
  })
  const nothing = { outputs: [], events: [], resourceChanges: [], fee: result.fee }
  if (epochError !== undefined) return { ...nothing, status: 'Rejected', errorMessage: epochError }
  if (result.kind === 'rejected') return { ...nothing, status: 'Rejected', errorMessage: result.errorMessage }
  if (result.kind === 'failed') return { ...nothing, status: 'Failed', errorMessage: result.errorMessage }
  return {
    status: 'Succeeded',
    errorMessage: undefined,
    outputs: result.outputs,
    events: result.execution.events,
    fee: result.fee,
    resourceChanges: changesByInstruction(chain, result.execution.vaultChanges),
  }
}

function outsideWindow(request: PreviewRequest, epoch: number): string | undefined {
  if (epoch < request.startEpochInclusive)
    return `TransactionEpochNotYetValid: valid from ${request.startEpochInclusive}, current epoch ${epoch}`
  if (epoch >= request.endEpochExclusive)
    return `TransactionEpochNoLongerValid: valid until ${request.endEpochExclusive}, current epoch ${epoch}`
  return undefined
}

function changesByInstruction(chain: Chain, changes: readonly VaultChange[]): PreviewReceipt['resourceChanges'] {
  const byInstruction = new Map<number, VaultChange[]>()
  for (const change of changes) {
    const list = byInstruction.get(change.instruction)
    if (list) list.push(change)
    else byInstruction.set(change.instruction, [change])
  }
  return [...byInstruction].map(([index, list]) => ({
    index,
    changes: list.map(({ resource, entity, vaultKey, amount }) => ({
      resource,
      entity,
      vault: chain.store.vaultAddress(vaultKey),
      amount: amount.toString(),
    })),
  }))
}
