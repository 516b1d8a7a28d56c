import { request } from 'node:http'
import { expect, test } from 'vitest'
import { type ServedLedger, serveLedger } from '../../test/served-ledger.ts'

const PRICE = '{"prices":{"xUSDC":"300"}}'

const ask = ({ server }: ServedLedger, headers: Record<string, string>, body = PRICE) =>
  new Promise<number | undefined>((resolve, reject) => {
    const path = '/local/v1/price'
    const sent = request({ host: '127.0.0.1', port: server.port, path, method: 'POST', headers }, (response) => {
      response.resume()
      response.on('end', () => resolve(response.statusCode))
    })
    sent.on('error', reject)
    sent.end(body)
  })

test('prices move only for requests that were meant for this server', async () => {
  await using served = await serveLedger()
  const json = { 'content-type': 'application/json' }
  const before = served.ledger.tip().stateVersion
  expect(await ask(served, { ...json, host: 'rebound.example' })).toBe(403)
  expect(await ask(served, { ...json, origin: 'https://site.example' })).toBe(403)
  expect(await ask(served, { 'content-type': 'text/plain' })).toBe(415)
  expect(await ask(served, {})).toBe(415)
  expect(served.ledger.tip().stateVersion).toBe(before)
  expect(await ask(served, { 'content-type': 'application/json; charset=utf-8' })).toBe(200)
  expect(served.ledger.tip().stateVersion).toBeGreaterThan(before)
})
