import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { weft } from '../test/command.ts'
import { oneLine } from './exit.ts'
import { table } from './table.ts'

/** Clears the screen, names the window, turns text round, forges a line. */
const HOSTILE = '\u001b]0;owned\u0007\u001b[2J\u009b31m\u202eALL HEALTHY\nforged: line'

let gateway: Server
let url: string

beforeAll(async () => {
  gateway = createServer((_request, response) => {
    response.writeHead(400, { 'content-type': 'application/json' })
    response.end(JSON.stringify({ message: HOSTILE, code: 400, details: null, trace_id: HOSTILE }))
  })
  await new Promise<void>((resolve) => gateway.listen(0, '127.0.0.1', resolve))
  url = `http://127.0.0.1:${(gateway.address() as AddressInfo).port}`
})
afterAll(() => new Promise((resolve) => gateway.close(resolve)))

const obeyed = (text: string) =>
  [...text].filter((each) => {
    const code = each.charCodeAt(0)
    return code !== 10 && (code < 32 || (code >= 127 && code < 160) || each === '\u202e')
  })

test('an error that a Gateway wrote reaches the terminal as text, in one line', async () => {
  const { exitCode, stderr } = await weft(['scan', '--network', 'mainnet', '--gateway', url])
  expect(exitCode).toBe(2)
  expect(stderr).toHaveLength(1)
  expect(stderr[0]).toContain('ALL HEALTHY')
  expect(obeyed(stderr.join('\n'))).toEqual([])
})

test('a cell holds what it was given as text and keeps to its row', () => {
  const printed = table(['CDP', 'name'], [['#1#', HOSTILE]])
  expect(obeyed(printed)).toEqual([])
  expect(printed.split('\n')).toHaveLength(3)
  expect(printed).toContain('\\u001b[2J')
})

test('an error line spells what a terminal would obey', () => {
  expect(obeyed(oneLine(new Error(HOSTILE)))).toEqual([])
})
