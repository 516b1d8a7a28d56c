import { withoutSeedPhrases } from './seed-phrase-text.ts'

const REDACTED = '[redacted]'

/** Field names whose value is never written, at any depth, however they are spelled. */
const SECRET_FIELDS = new Set(
  ['seedPhrase', 'mnemonic', 'privateKey', 'secret', 'secretKey', 'secretAccessKey', 'sessionToken', 'password']
    .concat(['passphrase', 'authorization', 'apiKey', 'accessToken', 'token', 'credentials', 'seed'])
    .map(plain),
)

/**
 * Keeps secrets out of logs three times over: by field name, by the look of a seed phrase, and by value for every
 * secret it was told of. The last one also catches a secret inside an error message of somebody else's library.
 */
export class SecretGuard {
  readonly #secrets: string[] = []

  /** From now on `secret` is cut out of every line. Texts under 8 characters are refused: they would blank out prose. */
  protect(secret: string): void {
    if (secret.length < 8) throw new RangeError('A secret under 8 characters cannot be told from ordinary text.')
    // A line is JSON, so quotes and backslashes of the secret appear escaped; a library may also have encoded it.
    const bytes = Buffer.from(secret)
    this.#secrets.push(secret, JSON.stringify(secret).slice(1, -1))
    this.#secrets.push(bytes.toString('base64').replace(/=+$/, ''), bytes.toString('base64url'), bytes.toString('hex'))
  }

  /** A copy of `fields` without the contents of those named like secrets, at any depth. */
  withoutSecretFields(fields: object): Record<string, unknown> {
    return Object.fromEntries(
      Object.entries(fields).map(([name, value]) => [
        name,
        SECRET_FIELDS.has(plain(name)) ? REDACTED : this.#withoutSecrets(value),
      ]),
    )
  }

  #withoutSecrets(value: unknown): unknown {
    if (value === null || typeof value !== 'object') return value
    if ('toJSON' in value && typeof value.toJSON === 'function') return value.toJSON()
    if (Array.isArray(value)) return value.map((each) => this.#withoutSecrets(each))
    return this.withoutSecretFields(value)
  }

  /** `line` without protected values and without anything that looks like a seed phrase. */
  scrub(line: string): string {
    let clean = withoutSeedPhrases(line, REDACTED)
    for (const secret of this.#secrets) clean = clean.replaceAll(secret, REDACTED)
    return clean
  }
}

function plain(name: string): string {
  return name.toLowerCase().replace(/[^a-z]/g, '')
}
