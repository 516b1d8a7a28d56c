import { request } from 'node:http'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Cloud, startCloud } from './cloud.ts'
import { foreignRequest } from './loopback-only.ts'

describe('takes', () => {
  test.each([
    [{ host: '127.0.0.1:4000' }],
    [{ host: 'localhost' }],
    [{ host: 'LOCALHOST:80' }],
    [{ host: '[::1]:4000' }],
    [{ host: '127.0.0.1:4000', origin: 'http://127.0.0.1:5000' }],
  ])('%j', (headers) => {
    expect(foreignRequest(headers)).toBeUndefined()
  })
})

describe('refuses', () => {
  test.each([
    [{}],
    [{ host: 'rebound.example:4000' }],
    [{ host: '127.0.0.1.rebound.example' }],
    [{ host: '10.0.0.1:4000' }],
    [{ host: '127.0.0.1:4000', origin: 'https://site.example' }],
    [{ host: '127.0.0.1:4000', origin: 'null' }],
    [{ host: '127.0.0.1:4000', origin: 'http://127.0.0.1.site.example' }],
  ])('%j', (headers) => {
    expect(foreignRequest(headers)).toBeDefined()
  })
})

describe('the embedded cloud', () => {
  let cloud: Cloud
  beforeAll(async () => {
    cloud = await startCloud()
    cloud.parameters.put('/weft/local/seed-phrase', 'zoo zoo')
  })
  afterAll(() => cloud.close())

  const ask = (headers: Record<string, string>) =>
    new Promise<{ status: number | undefined; text: string }>((resolve, reject) => {
      const { hostname, port } = new URL(cloud.endpoint)
      const sent = request(
        { host: hostname, port, method: 'POST', headers: { 'x-amz-target': 'AmazonSSM.GetParameter', ...headers } },
        (response) => {
          let text = ''
          response.on('data', (chunk: Buffer) => {
            text += chunk.toString()
          })
          response.on('end', () => resolve({ status: response.statusCode, text }))
        },
      )
      sent.on('error', reject)
      sent.end('{"Name":"/weft/local/seed-phrase","WithDecryption":true}')
    })

  test('hands no secret to a request by a foreign name or from a page', async () => {
    const json = { 'content-type': 'application/x-amz-json-1.1' }
    expect(await ask(json)).toMatchObject({ status: 200, text: expect.stringContaining('zoo zoo') })
    for (const foreign of [{ host: 'rebound.example' }, { origin: 'https://site.example' }]) {
      const { status, text } = await ask({ ...json, ...foreign })
      expect(status).toBe(403)
      expect(text).not.toContain('zoo')
    }
  })

  test('takes parameters only in the content type of the protocol, which no page can send unasked', async () => {
    expect(await ask({ 'content-type': 'text/plain' })).toMatchObject({ status: 415 })
  })
})
