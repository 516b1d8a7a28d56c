import {
  defaultValidationConfig,
  type RawRadixEngineToolkit,
  rawRadixEngineToolkit,
} from '@radixdlt/radix-engine-toolkit'
import { ManifestError } from '../view.ts'
import { NETWORK_ID } from './addresses.ts'
import { type Step, stepsOf } from './execution/steps.ts'

/** A notarised transaction whose form, signatures, network and epoch range were found valid. */
export interface ReceivedTransaction {
  readonly intentHash: string
  readonly intentHashHex: string
  readonly payloadHash: string
  readonly payloadHex: string
  readonly manifest: string
  readonly steps: readonly Step[]
  readonly startEpochInclusive: number
  readonly endEpochExclusive: number
  readonly tipPercentage: number
  /** Accounts whose owner signed. */
  readonly signers: readonly string[]
}

/** The payload is no valid V1 notarised transaction of this network. */
export class InvalidPayloadError extends Error {
  override readonly name = 'InvalidPayloadError'
}

/** Payloads beyond 1 MiB are refused by nodes; the toolkit does not check it. */
const MAX_PAYLOAD_BYTES = 1024 * 1024

const MAX_PARSED = 1_000
const LONGEST_PARSED = 4_096

type InstructionsKind = Parameters<RawRadixEngineToolkit['instructionsConvert']>[0]['instructions_kind']

/** The Radix Engine Toolkit, called without its promises: its functions are synchronous once the module is loaded. */
export class Toolkit {
  readonly #raw: RawRadixEngineToolkit
  readonly #accounts = new Map<string, string>()
  /** Previews ask the same again and again: the health of a CDP, the pools of the exchange. */
  readonly #parsed = new Map<string, readonly Step[]>()

  private constructor(raw: RawRadixEngineToolkit) {
    this.#raw = raw
  }

  static async load(): Promise<Toolkit> {
    return new Toolkit(withFrugalMemory(await rawRadixEngineToolkit))
  }

  /** @throws {ManifestError} when the text does not compile for this network or uses what the ledger cannot execute. */
  parseManifest(text: string): readonly Step[] {
    const known = this.#parsed.get(text)
    if (known) return known
    const steps = this.#parse(text)
    if (this.#parsed.size >= MAX_PARSED) this.#parsed.clear()
    if (text.length <= LONGEST_PARSED) this.#parsed.set(text, steps)
    return steps
  }

  #parse(text: string): readonly Step[] {
    try {
      const instructions = this.#raw.instructionsConvert({
        instructions: { kind: 'String', value: text },
        network_id: String(NETWORK_ID),
        instructions_kind: asKind('Parsed'),
      })
      if (instructions.kind !== 'Parsed') throw new ManifestError('The toolkit returned text.')
      return stepsOf(instructions.value)
    } catch (error) {
      throw new ManifestError(usefulPart(error), { cause: error })
    }
  }

  /** @throws {InvalidPayloadError} */
  readTransaction(payload: Uint8Array): ReceivedTransaction {
    if (payload.length > MAX_PAYLOAD_BYTES)
      throw new InvalidPayloadError(`TransactionTooLarge: ${payload.length} bytes`)
    const compiled = Buffer.from(payload).toString('hex')
    try {
      return this.#readTransaction(compiled)
    } catch (error) {
      if (error instanceof InvalidPayloadError) throw error
      throw new InvalidPayloadError(usefulPart(error), { cause: error })
    }
  }

  #readTransaction(compiled: string): ReceivedTransaction {
    const raw = this.#raw
    const text = raw.notarizedTransactionDecompile({ compiled, instructions_kind: asKind('String') })
    const { header, manifest } = text.signed_intent.intent
    if (Number(header.network_id) !== NETWORK_ID)
      throw new InvalidPayloadError(`InvalidNetwork: ${header.network_id}, expected ${NETWORK_ID}`)
    const verdict = raw.notarizedTransactionStaticallyValidate({
      notarized_transaction: text,
      validation_config: VALIDATION_CONFIG,
    })
    if (verdict.kind === 'Invalid') throw new InvalidPayloadError(verdict.value)

    const parsed = raw.notarizedTransactionDecompile({ compiled, instructions_kind: asKind('Parsed') })
    const { instructions } = parsed.signed_intent.intent.manifest
    if (instructions.kind !== 'Parsed' || manifest.instructions.kind !== 'String')
      throw new InvalidPayloadError('The toolkit returned another form than asked for.')
    const intent = raw.intentHash(text.signed_intent.intent)
    const notarized = raw.notarizedTransactionHash(text)
    const signerKeys = [
      ...(header.notary_is_signatory ? [header.notary_public_key] : []),
      ...text.signed_intent.intent_signatures.flatMap((signature) =>
        signature.kind === 'Ed25519' ? [{ kind: 'Ed25519' as const, value: signature.value.public_key }] : [],
      ),
    ]
    return {
      intentHash: intent.id,
      intentHashHex: intent.hash,
      payloadHash: notarized.id,
      payloadHex: compiled,
      manifest: manifest.instructions.value,
      steps: stepsOf(instructions.value),
      startEpochInclusive: Number(header.start_epoch_inclusive),
      endEpochExclusive: Number(header.end_epoch_exclusive),
      tipPercentage: Number(header.tip_percentage),
      signers: signerKeys.filter((key) => key.kind === 'Ed25519').map((key) => this.accountOfKey(key.value)),
    }
  }

  /** Account that an Ed25519 public key (hex) controls. */
  accountOfKey(publicKeyHex: string): string {
    let account = this.#accounts.get(publicKeyHex)
    if (account === undefined) {
      account = this.#raw.deriveVirtualAccountAddressFromPublicKey({
        public_key: { kind: 'Ed25519', value: publicKeyHex },
        network_id: String(NETWORK_ID),
      })
      this.#accounts.set(publicKeyHex, account)
    }
    return account
  }
}

const limits = defaultValidationConfig(NETWORK_ID)
const VALIDATION_CONFIG: Parameters<
  RawRadixEngineToolkit['notarizedTransactionStaticallyValidate']
>[0]['validation_config'] = {
  network_id: String(NETWORK_ID),
  max_notarized_payload_size: String(limits.maxNotarizedPayloadSize),
  min_tip_percentage: String(limits.minTipPercentage),
  max_tip_percentage: String(limits.maxTipPercentage),
  max_epoch_range: String(limits.maxEpochRange),
  message_validation: {
    max_plaintext_message_length: String(limits.messageValidation.maxPlaintextMessageLength),
    max_encrypted_message_length: String(limits.messageValidation.maxEncryptedMessageLength),
    max_mime_type_length: String(limits.messageValidation.maxMimeTypeLength),
    max_decryptors: String(limits.messageValidation.maxDecryptors),
  },
}

/** The toolkit declares this enum in its types but exports no value for it. */
function asKind(kind: 'String' | 'Parsed'): InstructionsKind {
  return kind as InstructionsKind
}

/**
 * The toolkit exchanges JSON with its module through memory. It frees what it returns but not what it is given: some kilobytes a call,
 * which a ledger that runs for days cannot afford; and it copies byte by byte, which costs more than most of its functions. So the
 * exchange is done here, on a derived object: other users of the toolkit in the process are left alone. Toolkit 1.0.6 keeps the two
 * methods private; should they go, this throws at start rather than leak.
 */
function withFrugalMemory(raw: RawRadixEngineToolkit): RawRadixEngineToolkit {
  const frugal: RawRadixEngineToolkit = Object.create(raw)
  for (const method of ['writeObjectToMemory', 'readObjectFromMemory'])
    if (typeof Reflect.get(raw, method) !== 'function')
      throw new TypeError('The Radix Engine Toolkit has changed inside; check its memory handling and adapt the guard.')
  let input = 0
  Object.defineProperties(frugal, {
    writeObjectToMemory: {
      value: (value: unknown) => {
        const text = Buffer.from(`${JSON.stringify(value)}\0`)
        input = raw.allocateMemory(text.length)
        new Uint8Array(raw.memory().buffer, input, text.length).set(text)
        return input
      },
    },
    readObjectFromMemory: {
      value: (pointer: number): unknown => {
        try {
          const memory = Buffer.from(raw.memory().buffer, pointer)
          return JSON.parse(memory.toString('utf8', 0, memory.indexOf(0)))
        } finally {
          raw.deallocateMemory(pointer)
          raw.deallocateMemory(input)
        }
      },
    },
  })
  return frugal
}

/** The toolkit's messages repeat the whole input; what matters is the JSON after it. */
function usefulPart(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error)
  const at = message.lastIndexOf(' response is ')
  return at < 0 ? message : message.slice(at + ' response is '.length)
}
