import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestCloud, type TestCloud } from '../test/cloud.ts'
import { SsmModeSwitch } from './ssm-mode-switch.ts'
import { SecretUnavailableError, ssmSecret } from './ssm-secret.ts'

let cloud: TestCloud

beforeAll(async () => {
  cloud = await startTestCloud()
})
afterAll(() => cloud?.stop())

function aSwitch(parameter: string) {
  const clock = { nowMs: 0, now: () => clock.nowMs }
  const unknown: (string | undefined)[] = []
  const onUnknown = (value: string | undefined) => void unknown.push(value)
  return { clock, unknown, modes: new SsmModeSwitch(cloud.ssm, { parameter, nowMs: clock.now, onUnknown }) }
}

test('an operator’s word reaches everybody within thirty seconds, and is not read more often than every twenty', async () => {
  const { clock, modes } = aSwitch('/weft/test/mode')
  expect(await modes.mode()).toBe('live')
  cloud.setParameter('/weft/test/mode', 'paused')
  clock.nowMs = 19_999
  expect(await modes.mode()).toBe('live')
  clock.nowMs = 30_000
  expect(await modes.mode()).toBe('paused')
})

test.each([
  ['Live', 'Live'],
  ['', ''],
])('the unknown mode "%s" means paused, and is told', async (value, told) => {
  cloud.setParameter('/weft/test/odd', value)
  const { modes, unknown } = aSwitch('/weft/test/odd')
  expect(await modes.mode()).toBe('paused')
  expect(unknown).toEqual([told])
})

test('an absent parameter means paused, and is told', async () => {
  const { modes, unknown } = aSwitch('/weft/test/absent')
  expect(await modes.mode()).toBe('paused')
  expect(unknown).toEqual([undefined])
})

test('a line break that an editor left behind does not matter', async () => {
  cloud.setParameter('/weft/test/edited', 'dry-run\n')
  expect(await aSwitch('/weft/test/edited').modes.mode()).toBe('dry-run')
})

test('when the mode cannot be read nobody acts, and the next one asks again', async () => {
  const client = cloud.newClients()
  let down = true
  client.ssm.middlewareStack.add(
    (next) => (args) => {
      if (down) throw new Error('SSM is away')
      return next(args)
    },
    { step: 'initialize', name: 'outage' },
  )
  const modes = new SsmModeSwitch(client.ssm, { parameter: '/weft/test/mode', onUnknown: () => {} })
  cloud.setParameter('/weft/test/mode', 'live')
  await expect(modes.mode()).rejects.toThrow('SSM is away')
  down = false
  expect(await modes.mode()).toBe('live')
  client.close()
})

test('a secret is read decrypted', async () => {
  cloud.setParameter('/weft/test/token', ' glc_public_specimen \n', 'SecureString')
  expect(await ssmSecret(cloud.ssm, '/weft/test/token')).toBe('glc_public_specimen')
})

test('a secret stored in the clear is refused, and its value is not in the message', async () => {
  cloud.setParameter('/weft/test/clear', 'glc_public_specimen', 'String')
  const failure = await ssmSecret(cloud.ssm, '/weft/test/clear').catch((error: unknown) => error)
  expect(failure).toBeInstanceOf(SecretUnavailableError)
  expect(String(failure)).toBe(
    'SecretUnavailableError: Parameter /weft/test/clear is of type String; store it as SecureString.',
  )
})

test('an absent or empty secret is named', async () => {
  await expect(ssmSecret(cloud.ssm, '/weft/test/none')).rejects.toThrow('/weft/test/none cannot be read')
  cloud.setParameter('/weft/test/empty', ' ', 'SecureString')
  await expect(ssmSecret(cloud.ssm, '/weft/test/empty')).rejects.toThrow('/weft/test/empty is empty')
})
