import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import {
  type Recording,
  RecordingError,
  type ReplayServer,
  readRecording,
  startReplayServer,
  writeRecording,
} from './index.ts'

const RECORDING: Recording = {
  recordedAtMs: Date.parse('2026-11-30T00:00:00.000Z'),
  exchanges: [
    { path: '/status/gateway-status', request: '', status: 200, answer: '{ "ledger_state": 1 }' },
    { path: '/state/entity/details', request: '{"a":1,"b":[2,1]}', status: 200, answer: '{"items":[]}' },
    { path: '/transaction/status', request: '{"x":1}', status: 200, answer: '"first"' },
    { path: '/transaction/status', request: '{"x":1}', status: 404, answer: '"second"' },
  ],
}

const newFolder = () => join(mkdtempSync(join(tmpdir(), 'weft-recording-')), 'new')

function written(): string {
  const folder = newFolder()
  writeRecording(folder, RECORDING, { name: 'local' })
  return folder
}

describe('a recording', () => {
  test('reads as it was written, answers byte for byte', () => {
    const folder = written()
    expect(readRecording(folder)).toEqual(RECORDING)
    expect(readFileSync(join(folder, 'answers/0001.json'), 'utf8')).toBe('{ "ledger_state": 1 }')
    expect(JSON.parse(readFileSync(join(folder, 'network.json'), 'utf8'))).toEqual({ name: 'local' })
  })

  test('is not written over another one, nor into what is no folder', () => {
    const folder = written()
    expect(() => writeRecording(folder, RECORDING, {})).toThrow(/is not empty; give a new folder/)
    expect(() => writeRecording(join(folder, 'network.json'), RECORDING, {})).toThrow(RecordingError)
  })

  test.each<[string, (folder: string) => void, RegExp]>([
    ['is not there', (folder) => rmSync(folder, { recursive: true }), /recording\.json cannot be read; give a folder/],
    ['is no JSON', (folder) => writeFileSync(join(folder, 'recording.json'), '{'), /recording\.json is no JSON/],
    ['lacks an answer', (folder) => rmSync(join(folder, 'answers/0002.json')), /0002\.json cannot be read/],
    ['is of another release', edited((index) => ({ ...index, schemaVersion: 2 })), /schemaVersion/],
    ['has no time', edited((index) => ({ ...index, recordedAt: 'yesterday' })), /recordedAt/],
    ['names a file elsewhere by a detour', withAnswer('../answers/0001.json'), /must name a file in answers\//],
    ['names a file elsewhere', withAnswer('../../secret'), /exchanges\.0\.answer: must name a file in answers\//],
    [
      'has a path of no Gateway',
      edited((index) => ({ ...index, exchanges: [{ ...FIRST, path: 'http://x' }] })),
      /path/,
    ],
    ['has a misspelt field', edited((index) => ({ ...index, exchangs: [] })), /exchangs/],
  ])('that %s is refused in one line', (_what, damage, message) => {
    const folder = written()
    damage(folder)
    expect(() => readRecording(folder)).toThrow(message)
    expect(() => readRecording(folder)).toThrow(/^[^\n]+$/)
    expect(() => readRecording(folder)).toThrow(RecordingError)
  })
})

const FIRST = { path: '/status/gateway-status', request: '', status: 200, answer: 'answers/0001.json' }

function edited(edit: (index: object) => object): (folder: string) => void {
  return (folder) => {
    const file = join(folder, 'recording.json')
    const index: object = JSON.parse(readFileSync(file, 'utf8'))
    mkdirSync(folder, { recursive: true })
    writeFileSync(file, JSON.stringify(edit(index)))
  }
}

function withAnswer(answer: string): (folder: string) => void {
  return edited((index) => ({ ...index, exchanges: [{ ...FIRST, answer }] }))
}

describe('the replay', () => {
  let server: ReplayServer | undefined
  afterEach(async () => {
    await server?.close()
    server = undefined
  })

  const post = async (path: string, body?: string, headers: Record<string, string> = {}) => {
    server ??= await startReplayServer(RECORDING)
    const sent = body === undefined ? {} : { body, headers: { 'content-type': 'application/json', ...headers } }
    return fetch(`${server.url}${path}`, { method: 'POST', ...sent })
  }

  test('answers each recorded request as recorded, in whatever order its fields stand, and says of when', async () => {
    const status = await post('/status/gateway-status')
    expect(await status.text()).toBe('{ "ledger_state": 1 }')
    expect(status.headers.get('x-weft-recorded-at')).toBe('2026-11-30T00:00:00.000Z')
    expect(await (await post('/state/entity/details', '{"b":[2,1],"a":1}')).text()).toBe('{"items":[]}')
  })

  test('gives the answers to one request in turn, refusals too, and then from the first again', async () => {
    const answers = [await post('/transaction/status', '{"x":1}'), await post('/transaction/status', '{"x":1}')]
    expect(await Promise.all(answers.map(async (each) => [each.status, await each.text()]))).toEqual([
      [200, '"first"'],
      [404, '"second"'],
    ])
    expect((await post('/transaction/status', '{"x":1}')).status).toBe(200)
  })

  test('refuses what was not recorded for good, naming it', async () => {
    for (const [path, body] of [
      ['/state/entity/details', '{"a":1,"b":[1,2]}'],
      ['/transaction/submit', '{"notarized_transaction_hex":"00"}'],
    ] as const) {
      const refused = await post(path, body)
      expect(refused.status).toBe(400)
      expect(await refused.json()).toMatchObject({ message: `This recording holds no answer to POST ${path} ${body}` })
    }
  })
})
