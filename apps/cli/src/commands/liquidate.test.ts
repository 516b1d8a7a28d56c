import { type Cloud, type CloudResources, createResources, startCloud } from '@weft/cloud'
import { createLedger, type Ledger, type LedgerServer, startLedgerServer } from '@weft/ledger'
import { networkFileOf } from '@weft/ledger/network-file'
import { accountKeyFromSeedPhrase, EngineToolkit } from '@weft/radix/transactions'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { weft } from '../../test/command.ts'

/** A public test vector: an account on the simulated ledger is nobody's. */
const SEED_PHRASE = `${'zoo '.repeat(23)}vote`

let cloud: Cloud
let resources: CloudResources
let ledger: Ledger
let server: LedgerServer

beforeAll(async () => {
  cloud = await startCloud()
  resources = await createResources(cloud, { environment: 'local' })
  ledger = await createLedger({
    seed: 3,
    cdps: 0,
    roundMs: 0,
    genesis: {
      priceDebounceSeconds: 0,
      cdps: [
        { collaterals: { xUSDC: '100' }, loans: { XRD: '16500' } },
        { collaterals: { xUSDC: '100' }, loans: { XRD: '10000' } },
      ],
    },
  })
  server = await startLedgerServer(ledger)
  await fundOperator()
})
afterAll(async () => {
  await server?.close()
  ledger?.close()
  await cloud?.close()
})

const dryRun = (...args: readonly string[]) =>
  weft(['liquidate', ...args, '--dry-run'], { WEFT_AWS_ENDPOINT: cloud.endpoint })

async function fundOperator(): Promise<void> {
  const { publicKeyHex } = accountKeyFromSeedPhrase(SEED_PHRASE, ledger.networkId, 0)
  const account = (await EngineToolkit.load()).accountOf(publicKeyHex, ledger.networkId)
  ledger.control.fundAccount(account, { XRD: '1000' })
}

/** What `npm start` leaves for operators' commands. */
function publishStack(): void {
  const network = networkFileOf(ledger.addresses, server.url)
  cloud.parameters.put('/weft/local/network-config', JSON.stringify(network))
  cloud.parameters.put(resources.seedPhraseParameter, SEED_PHRASE, 'SecureString')
}

test('says what is missing where no stack has been started', async () => {
  const { exitCode, stderr } = await dryRun('1')
  expect(exitCode).toBe(2)
  expect(stderr).toEqual([expect.stringMatching(/\/weft\/local\/network-config.*npm start/)])
})

test('shows health, alternatives, manifest and preview of a CDP below its threshold, and commits nothing', async () => {
  publishStack()
  const before = ledger.tip().stateVersion
  const { exitCode, stdout, stderr } = await dryRun('#1#')
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: [] })
  expect(stdout).toContain(`#1# at state version ${before}: liquidation LTV ${ledger.control.liquidationLtv('#1#')}`)
  expect(stdout).toContain(`(the ledger says ${ledger.control.liquidationLtv('#1#')})`)
  expect(stdout).toMatch(/alternative +profit XRD +verdict +why/)
  expect(stdout).toMatch(/CALL_METHOD[\s\S]*"liquidate"/)
  expect(stdout).toMatch(/The preview succeeds for a fee of 0\.\d+ XRD and moves:/)
  expect(stdout).not.toContain('zoo')
  expect(ledger.tip().stateVersion).toBe(before)
})

test('says of a healthy CDP that there is nothing to do, and of an unknown one that it does not exist', async () => {
  publishStack()
  expect((await dryRun('2')).stdout).toContain('Healthy: nothing would be done.')
  expect(await dryRun('99')).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/#99# .* does not exist/) })
})

test('needs only the address of the wallet: the seed phrase may be unreadable', async () => {
  publishStack()
  const { publicKeyHex } = accountKeyFromSeedPhrase(SEED_PHRASE, ledger.networkId, 0)
  const account = (await EngineToolkit.load()).accountOf(publicKeyHex, ledger.networkId)
  const byPhrase = await dryRun('1')
  cloud.parameters.delete(resources.seedPhraseParameter)
  expect((await dryRun('1')).exitCode).not.toBe(0)
  expect(await dryRun('1', '--account', account)).toEqual(byPhrase)
})

test.each([
  ['what is no address', 'zoo', /no account address/],
  [
    'an account of another network',
    'account_rdx12995u6eueux9mxxnasvsrw4rykg704epl0w67r82nuzd9u9vfn9usz',
    /another network/,
  ],
])('refuses %s as --account', async (_, account, why) => {
  publishStack()
  expect(await dryRun('1', '--account', account)).toMatchObject({
    exitCode: 2,
    stderr: [expect.stringMatching(why)],
  })
})
