import { createHash, createPrivateKey, createPublicKey, type KeyObject, sign } from 'node:crypto'
import {
  PublicKey,
  RadixEngineToolkit,
  Signature,
  SignatureWithPublicKey,
  TransactionBuilder,
} from '@radixdlt/radix-engine-toolkit'
import { NETWORK_ID } from '../addresses.ts'
import type { Ledger } from '../control.ts'

/** Somebody with a key of their own, for tests: everything they send is a real notarised transaction. */
export class Operator {
  readonly account: string
  readonly publicKeyHex: string
  readonly #key: KeyObject
  #nonce = 1

  private constructor(key: KeyObject, publicKeyHex: string, account: string) {
    this.#key = key
    this.publicKeyHex = publicKeyHex
    this.account = account
  }

  static async named(name: string): Promise<Operator> {
    const secret = createHash('sha256').update(`operator:${name}`).digest()
    const pkcs8 = Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), secret])
    const key = createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' })
    const publicKeyHex = createPublicKey(key).export({ format: 'der', type: 'spki' }).subarray(-32).toString('hex')
    const account = await RadixEngineToolkit.Derive.virtualAccountAddressFromPublicKey(
      new PublicKey.Ed25519(publicKeyHex),
      NETWORK_ID,
    )
    return new Operator(key, publicKeyHex, account.toString())
  }

  /** Signs `manifest` for the epochs `[start, end)`; by default from the tip's epoch on, for two epochs. */
  async sign(
    ledger: Ledger,
    manifest: string,
    header: {
      readonly start?: number
      readonly end?: number
      readonly nonce?: number
      /** Somebody who signs the intent as well: the same intent in another payload. */
      readonly alsoSignedBy?: Operator
    } = {},
  ): Promise<{ readonly payload: Uint8Array; readonly intentHash: string }> {
    const start = header.start ?? ledger.tip().epoch
    const builder = await TransactionBuilder.new()
    const unsigned = builder
      .header({
        networkId: NETWORK_ID,
        startEpochInclusive: start,
        endEpochExclusive: header.end ?? start + 2,
        nonce: header.nonce ?? this.#nonce++,
        notaryPublicKey: new PublicKey.Ed25519(this.publicKeyHex),
        notaryIsSignatory: true,
        tipPercentage: 0,
      })
      .manifest({ instructions: { kind: 'String', value: manifest }, blobs: [] })
    const other = header.alsoSignedBy
    if (other) unsigned.sign((hash) => new SignatureWithPublicKey.Ed25519(other.#signatureOf(hash), other.publicKeyHex))
    const transaction = await unsigned.notarize((hash) => new Signature.Ed25519(this.#signatureOf(hash)))
    const payload = await RadixEngineToolkit.NotarizedTransaction.compile(transaction)
    const { id } = await RadixEngineToolkit.NotarizedTransaction.intentHash(transaction)
    return { payload, intentHash: id }
  }

  #signatureOf(hash: Uint8Array): string {
    return sign(null, hash, this.#key).toString('hex')
  }

  /** Signs and submits; with a ledger that commits at once, the transaction is final when this resolves. */
  async send(ledger: Ledger, manifest: string): Promise<string> {
    const { payload, intentHash } = await this.sign(ledger, manifest)
    const result = await ledger.submit(payload)
    if (result.kind === 'refused') throw new Error(`Refused: ${result.message}`)
    return intentHash
  }

  lockFee(): string {
    return `CALL_METHOD Address("${this.account}") "lock_fee" Decimal("10");\n`
  }

  depositAll(): string {
    return `CALL_METHOD Address("${this.account}") "deposit_batch" Expression("ENTIRE_WORKTOP");\n`
  }

  balance(ledger: Ledger, resource: string): string {
    const entity = ledger.entity(this.account, ledger.tip().stateVersion)
    if (entity?.kind !== 'component') return '0'
    return entity.fungibles.find((vault) => vault.resource === resource)?.amount ?? '0'
  }
}
