import { type RawRadixEngineToolkit, rawRadixEngineToolkit } from '@radixdlt/radix-engine-toolkit'
import { AccountAddress, IntentHash } from '@weft/domain'

/**
 * What version 1.0.6 of the toolkit says of itself. The memory guard reaches into its internals, so another version must be looked
 * at before it is used.
 */
const EXPECTED_CORE_VERSION = '2.1.0-dev1'

/** The toolkit is not the version whose memory handling is known here. */
export class EngineToolkitError extends Error {
  override readonly name = 'EngineToolkitError'
}

/** The toolkit refused a manifest or transaction; the message is its own, without the input that it repeats. */
export class InvalidTransactionError extends Error {
  override readonly name = 'InvalidTransactionError'
}

type NotarizedTransaction = Parameters<RawRadixEngineToolkit['notarizedTransactionCompile']>[0]
type Intent = NotarizedTransaction['signed_intent']['intent']
type Instructions = ReturnType<RawRadixEngineToolkit['instructionsConvert']>
type InstructionsKind = Parameters<RawRadixEngineToolkit['instructionsConvert']>[0]['instructions_kind']

/** One instruction as the engine will see it. Bucket names are gone: takes open buckets 0, 1, 2, … in order. */
export type ParsedInstruction = Extract<Instructions, { kind: 'Parsed' }>['value'][number]

export interface TransactionHeader {
  readonly networkId: number
  readonly startEpochInclusive: number
  readonly endEpochExclusive: number
  /** Makes the intent unique; it is no sequence number. */
  readonly nonce: number
  readonly notaryPublicKeyHex: string
}

/** The Radix Engine Toolkit in the system's own words; synchronous once loaded. Every method throws {@link InvalidTransactionError}. */
export class EngineToolkit {
  readonly #raw: RawRadixEngineToolkit

  private constructor(raw: RawRadixEngineToolkit) {
    this.#raw = raw
  }

  /** @throws {EngineToolkitError} for a version of the toolkit that was not checked. */
  static async load(): Promise<EngineToolkit> {
    const raw = freeingInputs(await rawRadixEngineToolkit)
    const { version } = raw.buildInformation({})
    if (version !== EXPECTED_CORE_VERSION)
      throw new EngineToolkitError(
        `The Radix Engine Toolkit's core is ${version}, expected ${EXPECTED_CORE_VERSION} (package version 1.0.6).`,
      )
    return new EngineToolkit(raw)
  }

  /** The preallocated account that an Ed25519 public key controls. */
  accountOf(publicKeyHex: string, networkId: number): AccountAddress {
    return AccountAddress.parse(
      this.#call((raw) =>
        raw.deriveVirtualAccountAddressFromPublicKey({
          public_key: { kind: 'Ed25519', value: publicKeyHex },
          network_id: String(networkId),
        }),
      ),
    )
  }

  /** The manifest's compiled bytes, as hex. Addresses of another network do not compile. */
  compileManifest(manifest: string, networkId: number): string {
    const instructions = { kind: 'String', value: manifest } as const
    return this.#call((raw) => raw.instructionsCompile({ instructions, network_id: String(networkId) }))
  }

  /** Text → instructions, so that what is checked is what the engine runs and not how it is spelled. */
  parseManifest(manifest: string, networkId: number): readonly ParsedInstruction[] {
    return parsedOf(
      this.#call((raw) =>
        raw.instructionsConvert({
          instructions: { kind: 'String', value: manifest },
          network_id: String(networkId),
          instructions_kind: asKind('Parsed'),
        }),
      ),
    )
  }

  /** The instructions inside a compiled, notarised transaction. */
  instructionsOf(payloadHex: string): readonly ParsedInstruction[] {
    const { signed_intent } = this.#call((raw) =>
      raw.notarizedTransactionDecompile({ compiled: payloadHex, instructions_kind: asKind('Parsed') }),
    )
    return parsedOf(signed_intent.intent.manifest.instructions)
  }

  /**
   * Builds and notarises a V1 transaction with no tip and no message, whose notary is its only signatory. It is not validated here: of
   * five passes over the manifest that is the dearest, its preview has succeeded, and the ledger validates what it is sent.
   * @param sign Ed25519 signature (hex) of a 32-byte hash.
   */
  notarise(
    header: TransactionHeader,
    manifest: string,
    sign: (hash: Uint8Array) => string,
  ): { readonly intentHash: IntentHash; readonly payloadHex: string } {
    const signedIntent = { intent: intentOf(header, manifest), intent_signatures: [] }
    const { hash } = this.#call((raw) => raw.signedIntentHash(signedIntent))
    const transaction: NotarizedTransaction = {
      signed_intent: signedIntent,
      notary_signature: { kind: 'Ed25519', value: sign(Buffer.from(hash, 'hex')) },
    }
    return {
      intentHash: IntentHash.parse(this.#call((raw) => raw.intentHash(signedIntent.intent)).id),
      payloadHex: this.#call((raw) => raw.notarizedTransactionCompile(transaction)),
    }
  }

  /** Bytes of WASM memory in use; it never shrinks. */
  memoryBytes(): number {
    return this.#raw.memory().buffer.byteLength
  }

  #call<T>(use: (raw: RawRadixEngineToolkit) => T): T {
    try {
      return use(this.#raw)
    } catch (error) {
      throw new InvalidTransactionError(`The engine toolkit refused it: ${problemIn(error)}`)
    }
  }
}

function intentOf(header: TransactionHeader, manifest: string): Intent {
  return {
    header: {
      network_id: String(header.networkId),
      start_epoch_inclusive: String(header.startEpochInclusive),
      end_epoch_exclusive: String(header.endEpochExclusive),
      nonce: String(header.nonce),
      notary_public_key: { kind: 'Ed25519', value: header.notaryPublicKeyHex },
      notary_is_signatory: true,
      tip_percentage: '0',
    },
    manifest: { instructions: { kind: 'String', value: manifest }, blobs: [] },
    message: { kind: 'None' },
  }
}

function parsedOf(instructions: Instructions): readonly ParsedInstruction[] {
  if (instructions.kind !== 'Parsed') throw new EngineToolkitError('The toolkit returned text instead of instructions.')
  return instructions.value
}

/** The toolkit declares this enum in its types but exports no value for it. */
function asKind(kind: 'String' | 'Parsed'): InstructionsKind {
  return kind as InstructionsKind
}

/**
 * The toolkit frees what it returns but not what it is given: kilobytes a call in a memory that never shrinks and is capped, so a
 * process that runs for days would die of it; and it copies both a byte at a time. The exchange is done here instead, in blocks, with
 * input and output freed once the output is read. It sits on a derived object, so that other users of the toolkit in this process,
 * guarded or not, never free the same input twice.
 */
function freeingInputs(raw: RawRadixEngineToolkit): RawRadixEngineToolkit {
  const methods = ['writeObjectToMemory', 'readObjectFromMemory', 'allocateMemory', 'deallocateMemory']
  if (!methods.every((method) => typeof Reflect.get(raw, method) === 'function'))
    throw new EngineToolkitError(
      'The Radix Engine Toolkit lacks the memory methods of version 1.0.6; pin that version.',
    )
  const guarded: RawRadixEngineToolkit = Object.create(raw)
  let input = 0
  Object.defineProperties(guarded, {
    writeObjectToMemory: {
      value: (object: unknown) => {
        const text = Buffer.from(`${JSON.stringify(object)}\0`)
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
  return guarded
}

/** The useful part of a toolkit error: its message repeats the whole input before it, and inputs run to kilobytes. */
function problemIn(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error)
  const marker = ' response is '
  const at = message.lastIndexOf(marker)
  return (at < 0 ? message : message.slice(at + marker.length)).slice(0, 500)
}
