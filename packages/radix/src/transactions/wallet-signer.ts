import { randomInt } from 'node:crypto'
import {
  type AccountAddress,
  ManifestRefusedError,
  type ResourceAddress,
  type SignedTransaction,
  type TransactionSigner,
  type Vouched,
} from '@weft/domain'
import type { Decimal } from '@weft/domain/decimal'
import type { AccountKey } from './account-key.ts'
import { EngineToolkit, InvalidTransactionError, type ParsedInstruction } from './engine-toolkit.ts'
import { refuseLowFloors } from './floor-guard.ts'
import { type AllowedTargets, refuseOutflows } from './outflow-guard.ts'
import { refuseSpending, type SpendingCaps } from './spending-guard.ts'

export interface WalletSignerOptions {
  readonly key: AccountKey
  readonly networkId: number
  /** Where funds may go besides the own account. */
  readonly targets: Omit<AllowedTargets, 'account'>
  readonly xrd: ResourceAddress
  /** The most that one transaction may spend, whatever its plan says. */
  readonly caps: SpendingCaps
  /** By which a trade may fall short of vouched prices; a fraction. */
  readonly maxSlippage: Decimal
  /** Reads what is remembered of prices: nothing that a Gateway says now. */
  readonly vouched: () => Promise<Vouched>
  /** When by our own clock an intent for these epochs can commit no more. @throws {EpochRefusedError} for a start that cannot be now. */
  readonly closedAtMs: (startEpochInclusive: number, endEpochExclusive: number) => Promise<number>
  /**
   * Books a withdrawal of so much (XRD at vouched prices) against what all workers may sign for within an hour. What is booked stays
   * booked, whatever becomes of the transaction. @throws {WithdrawalCapError}
   */
  readonly book: (valueXrd: Decimal) => Promise<void>
  /** A fresh nonce in [0, 2³²); tests of known hashes pass their own. */
  readonly nonce?: () => number
}

/** Signs liquidation manifests for one Ed25519 account, after checking on the parsed manifest where funds can go, and how much. */
export class WalletSigner implements TransactionSigner {
  readonly account: AccountAddress
  readonly #toolkit: EngineToolkit
  readonly #options: WalletSignerOptions

  private constructor(toolkit: EngineToolkit, options: WalletSignerOptions) {
    this.#toolkit = toolkit
    this.#options = options
    this.account = toolkit.accountOf(options.key.publicKeyHex, options.networkId)
  }

  /** Loads the engine toolkit, some 200 ms the first time in a process. */
  static async create(options: WalletSignerOptions): Promise<WalletSigner> {
    return new WalletSigner(await EngineToolkit.load(), options)
  }

  /**
   * @throws {ManifestRefusedError} when the manifest does not parse for this network or could send funds elsewhere or too much.
   * @throws {WithdrawalCapError} when the hour's cap is used up.
   * @throws {EpochRefusedError} when the window does not begin now by our own clock.
   * @throws {InvalidTransactionError} when the epoch window is empty or longer than the ledger allows.
   */
  async sign(
    manifest: string,
    window: { startEpochInclusive: number; endEpochExclusive: number },
  ): Promise<SignedTransaction> {
    const { key, networkId, targets, xrd, caps, maxSlippage, vouched, nonce = freshNonce } = this.#options
    refuseWindow(window)
    const closedAtMs = await this.#options.closedAtMs(window.startEpochInclusive, window.endEpochExclusive)
    const instructions = this.#parse(manifest)
    refuseOutflows(instructions, { ...targets, account: this.account })
    const known = await vouched()
    const withdrawnXrd = refuseSpending(instructions, { ...caps, xrd, vouched: known })
    refuseLowFloors(instructions, { xrd, maxSlippage, vouched: known })
    if (withdrawnXrd.isPositive()) await this.#options.book(withdrawnXrd)
    const header = { networkId, ...window, nonce: nonce(), notaryPublicKeyHex: key.publicKeyHex }
    const { intentHash, payloadHex } = this.#toolkit.notarise(header, manifest, (hash) => key.sign(hash))
    return { intentHash, payloadHex, ...window, closedAtMs, manifest }
  }

  #parse(manifest: string): readonly ParsedInstruction[] {
    try {
      return this.#toolkit.parseManifest(manifest, this.#options.networkId)
    } catch (cause) {
      throw new ManifestRefusedError(
        `The manifest does not parse for network ${this.#options.networkId}: ${cause instanceof Error ? cause.message : cause}`,
        { cause },
      )
    }
  }
}

/** A month of epochs, see radix-transactions: the ledger takes no longer window. */
const MAX_WINDOW_EPOCHS = 8_640

function refuseWindow({
  startEpochInclusive: start,
  endEpochExclusive: end,
}: Pick<SignedTransaction, 'startEpochInclusive' | 'endEpochExclusive'>): void {
  if (end <= start || end - start > MAX_WINDOW_EPOCHS)
    throw new InvalidTransactionError(`No transaction can be valid from epoch ${start} to before ${end}.`)
}

/** From the system's secure source: two workers that sign at once must not meet. */
function freshNonce(): number {
  return randomInt(2 ** 32)
}
