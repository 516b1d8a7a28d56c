import { expect, test } from 'vitest'
import { type ServedLedger, serveLedger } from '../../test/served-ledger.ts'

async function get(served: ServedLedger, path: string): Promise<unknown> {
  const response = await fetch(`${served.server.url}/local/v1/${path}`)
  return response.json()
}

test('tells the state of the market and how often each endpoint was asked', async () => {
  await using served = await serveLedger()
  await served.client.status.getCurrent()
  await served.client.status.getCurrent()
  expect(await get(served, 'state')).toMatchObject({
    stateVersion: served.ledger.tip().stateVersion,
    epoch: served.ledger.tip().epoch,
    cdps: 12,
    burned: expect.any(Number),
    liquidatable: [],
    liquidations: [],
    duplicateIntents: 0,
    requestsByEndpoint: { '/status/gateway-status': 2 },
  })
  expect(await get(served, 'addresses')).toEqual(JSON.parse(JSON.stringify(served.ledger.addresses)))
})

test('moves a price until a CDP can be liquidated, and lets the competitor take it', async () => {
  await using served = await serveLedger({
    cdps: 0,
    genesis: { priceDebounceSeconds: 0, cdps: [{ collaterals: { XRD: '1000' }, loans: { xUSDC: '3' } }] },
  })
  const price = await served.post('/local/v1/price', { prices: { xUSDC: '300' } })
  expect(served.ledger.transactionAt(price.number('stateVersion'))?.status).toBe('CommittedSuccess')
  expect(await get(served, 'state')).toMatchObject({ liquidatable: ['#1#'] })
  const taken = await served.post('/local/v1/actor', { action: 'liquidate', cdpId: '#1#' })
  expect(taken.status).toBe(200)
  expect(await get(served, 'state')).toMatchObject({
    liquidations: [
      {
        cdpId: '#1#',
        stateVersion: taken.at('stateVersion'),
        transactionId: expect.stringMatching(/^txid_loc1/),
        by: served.ledger.addresses.competitorAccount,
      },
    ],
  })
})

test('opens, changes and closes CDPs for people', async () => {
  await using served = await serveLedger()
  const actor = (body: object) => served.post('/local/v1/actor', body)
  const opened = await actor({ action: 'open-cdp', collaterals: { XRD: '1000' }, loans: { xUSDC: '1' } })
  const cdpId = opened.text('cdpId')
  expect(cdpId).toMatch(/^#\d+#$/)
  for (const order of [
    { action: 'add-collateral', cdpId, amounts: { XRD: '10' } },
    { action: 'remove-collateral', cdpId, amounts: { XRD: '10' } },
    { action: 'borrow', cdpId, amounts: { xUSDC: '0.1' } },
    { action: 'repay-loan', cdpId, resource: 'xUSDC', amount: '0.2' },
    { action: 'close-cdp', cdpId },
  ])
    expect(await actor(order)).toMatchObject({ status: 200, json: { stateVersion: expect.any(Number) } })
  expect(await actor({ action: 'start', borrowers: { probability: 1 } })).toMatchObject({ status: 200 })
  expect(await actor({ action: 'stop' })).toMatchObject({ status: 200 })
})

test.each([
  ['price', { prices: { xUSDC: 'cheap' } }, 400, /prices\.xUSDC/],
  ['price', { prices: { NOSUCH: '1' } }, 400, /NOSUCH/],
  ['price', { price: { xUSDC: '1' } }, 400, /at/],
  ['faults', { rules: [{ endpoint: '*' }] }, 400, /rules\[0\]\.fault/],
  ['actor', { action: 'dance' }, 400, /action/],
  ['actor', { action: 'close-cdp', cdpId: '7' }, 400, /CDP id/],
  ['actor', { action: 'remove-collateral', cdpId: '#1#', amounts: { XRD: '99999999999' } }, 409, /./],
])('refuses a wrong %s: %j', async (path, body, status, message) => {
  await using served = await serveLedger()
  const answer = await served.post(`/local/v1/${path}`, body)
  expect(answer.status).toBe(status)
  expect(answer.at('error')).toMatch(message)
  expect(answer.at('error')).not.toContain('\n')
})

test('replaces the whole fault plan at run time and shows the one in force', async () => {
  await using served = await serveLedger()
  await served.post('/local/v1/faults', { rules: [{ endpoint: '*', fault: { kind: 'unavailable' } }] })
  expect((await served.post('/status/gateway-status')).status).toBe(503)
  await served.post('/local/v1/faults', { clockHalted: true })
  expect((await served.post('/status/gateway-status')).status).toBe(200)
  expect(await get(served, 'faults')).toMatchObject({ rules: [], clockHalted: true })
  expect(await served.post('/local/v1/price', { prices: { xUSDC: '1' } })).toMatchObject({ status: 409 })
})
