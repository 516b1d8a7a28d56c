import { encodeSbor } from '../sbor-codec.ts'
import { ManifestError, type PreviewReceipt } from '../view.ts'
import {
  coreCostingParameters,
  coreEntityReference,
  coreEvent,
  coreFeeDestination,
  coreFeeSummary,
  coreStateUpdates,
} from './core-models.ts'
import type { Endpoint } from './endpoint.ts'
import { refusedAtRunTime } from './errors.ts'
import type { Network } from './network.ts'
import { toProgrammaticJson } from './programmatic-json.ts'
import { epochRangeProblem, parseRequest, type Request } from './requests.ts'

/**
 * `/transaction/preview`: a dry run at the node's own tip, which cannot be pinned. A manifest that fails is a 200 with status Failed
 * or Rejected; only what cannot be run at all is a 400.
 */
export function previewEndpoint({ schemas }: Network): Endpoint {
  return {
    path: '/transaction/preview',
    async handle({ body, ledger }) {
      const request = parseRequest(schemas.transactionPreview, body)
      const epochProblem = epochRangeProblem(request.start_epoch_inclusive, request.end_epoch_exclusive)
      if (epochProblem !== undefined) throw refusedAtRunTime(epochProblem)
      const receipt = await ledger
        .preview({
          manifest: request.manifest,
          signerPublicKeys: signerPublicKeys(request),
          useFreeCredit: request.flags.use_free_credit === true,
          // Only signature checks guard anything on this ledger, so "no auth at all" and "every signature" are the same.
          assumeAllSignatureProofs:
            request.flags.assume_all_signature_proofs === true || request.flags.disable_auth_checks === true,
          skipEpochCheck: request.flags.skip_epoch_check === true,
          startEpochInclusive: request.start_epoch_inclusive,
          endEpochExclusive: request.end_epoch_exclusive,
          nonce: request.nonce,
          tipPercentage: request.tip_percentage,
        })
        .catch((error: unknown) => {
          if (error instanceof ManifestError) throw refusedAtRunTime(`Invalid manifest - ${error.message}`)
          throw error
        })
      return {
        // Deprecated; current nodes leave it empty.
        encoded_receipt: '',
        receipt: renderReceipt(receipt, request.tip_percentage),
        resource_changes: receipt.resourceChanges.map(({ index, changes }) => ({
          index,
          resource_changes: changes.map((change) => ({
            resource_address: change.resource,
            component_entity: coreEntityReference(change.entity),
            vault_entity: coreEntityReference(change.vault),
            amount: change.amount,
          })),
        })),
        logs: [],
      }
    },
  }
}

/** Accounts of the ledger follow from Ed25519 keys; a secp256k1 signature opens nothing here. */
function signerPublicKeys(request: Request<'transactionPreview'>): string[] {
  const keys = [...request.signer_public_keys]
  if (request.notary_is_signatory === true && request.notary_public_key !== undefined)
    keys.push(request.notary_public_key)
  return keys.flatMap((key) => (key.key_type === 'EddsaEd25519' ? [key.key_hex.toLowerCase()] : []))
}

function renderReceipt(receipt: PreviewReceipt, tipPercentage: number) {
  const rejected = receipt.status === 'Rejected'
  return {
    status: receipt.status,
    fee_summary: coreFeeSummary(receipt.fee),
    costing_parameters: coreCostingParameters(tipPercentage),
    fee_source: rejected ? undefined : { from_vaults: [] },
    fee_destination: rejected ? undefined : coreFeeDestination(),
    state_updates: coreStateUpdates(),
    events: receipt.events.map(coreEvent),
    output:
      receipt.status === 'Succeeded'
        ? receipt.outputs.map((value) => ({
            hex: encodeSbor(value),
            programmatic_json: toProgrammaticJson(value, 'without-names'),
          }))
        : undefined,
    error_message: receipt.errorMessage,
  }
}
