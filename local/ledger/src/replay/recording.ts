import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as z from 'zod'

/** The index of a recording: which request got which answer. Answers lie beside it as they came, byte for byte. */
const INDEX = 'recording.json'
/** A network file as in `networks/`, by which a client finds its market on the replay. */
export const NETWORK_FILE = 'network.json'

const RecordedExchange = z.strictObject({
  path: z.string().regex(/^\/[a-z0-9/-]+$/, 'must be a path of the Gateway API'),
  /** JSON text; empty where the endpoint takes no body. */
  request: z.string(),
  status: z.int().min(200).max(599),
  answer: z.string().regex(/^answers\/\d{4}\.json$/, 'must name a file in answers/'),
})

const Index = z.strictObject({
  schemaVersion: z.literal(1),
  recordedAt: z.iso.datetime(),
  exchanges: z.array(RecordedExchange),
})

/** One request and its answer as text. */
export interface Exchange {
  readonly path: string
  readonly request: string
  readonly status: number
  readonly answer: string
}

/** What a real Gateway said, public data all of it. */
export interface Recording {
  readonly recordedAtMs: number
  readonly exchanges: readonly Exchange[]
}

/** A folder holds no recording, or none may be written there; the message is one line that names the file and the remedy. */
export class RecordingError extends Error {
  override readonly name = 'RecordingError'
}

/**
 * Writes a recording into a folder that is new or empty.
 * @param network becomes the network file beside it; whoever calls keeps keys out of it.
 * @throws {RecordingError}
 */
export function writeRecording(folder: string, { recordedAtMs, exchanges }: Recording, network: object): void {
  requireEmpty(folder)
  const index = exchanges.map(({ answer, ...exchange }, number) => ({
    ...exchange,
    answer: `answers/${String(number + 1).padStart(4, '0')}.json`,
  }))
  try {
    mkdirSync(join(folder, 'answers'), { recursive: true })
    for (const [number, { answer: file }] of index.entries())
      writeFileSync(join(folder, file), exchanges[number]?.answer ?? '')
    writeFileSync(join(folder, NETWORK_FILE), inLines(network))
    const recordedAt = new Date(recordedAtMs).toISOString()
    writeFileSync(join(folder, INDEX), inLines({ schemaVersion: 1, recordedAt, exchanges: index }))
  } catch (cause) {
    throw new RecordingError(`${folder} cannot be written: ${messageOf(cause)}; give another folder.`, { cause })
  }
}

/** @throws {RecordingError} when there is something in it, or it is no folder. */
export function requireEmpty(folder: string): void {
  let names: string[]
  try {
    names = readdirSync(folder)
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return
    throw new RecordingError(`${folder} cannot be recorded into: ${messageOf(cause)}; give a new folder.`, { cause })
  }
  if (names.length > 0)
    throw new RecordingError(`${folder} is not empty; give a new folder, for two recordings must not mix.`)
}

/** Reads a recording. @throws {RecordingError} naming the file and what is wrong with it. */
export function readRecording(folder: string): Recording {
  const parsed = Index.safeParse(jsonIn(folder))
  if (!parsed.success) {
    const [issue] = parsed.error.issues
    throw new RecordingError(
      `${join(folder, INDEX)} is no recording that this release reads: ${issue?.path.join('.') || 'the whole'}: ${issue?.message}.`,
    )
  }
  return {
    recordedAtMs: Date.parse(parsed.data.recordedAt),
    exchanges: parsed.data.exchanges.map((exchange) => ({
      ...exchange,
      answer: textOf(join(folder, exchange.answer)),
    })),
  }
}

function jsonIn(folder: string): unknown {
  const file = join(folder, INDEX)
  const text = textOf(file)
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new RecordingError(`${file} is no JSON; the recording is damaged.`, { cause })
  }
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (cause) {
    throw new RecordingError(`${file} cannot be read; give a folder that \`weft doctor --record\` wrote.`, { cause })
  }
}

function inLines(value: object): string {
  return `${JSON.stringify(value, null, 2)}\n`
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
