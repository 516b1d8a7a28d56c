import { fileURLToPath } from 'node:url'
import { beforeAll, expect, test, vi } from 'vitest'
import { deadAddress } from '../test/command.ts'
import { weftProgram } from './program.ts'

const MAINNET_FILE = fileURLToPath(new URL('../../../networks/mainnet.json', import.meta.url))

// Commands on records ask for the environment first.
beforeAll(() => void vi.stubEnv('WEFT_ENVIRONMENT', 'stokenet'))

/** What the command line says to `args`, which are wrong. */
async function refusalOf(args: readonly string[]): Promise<string> {
  const written = vi.spyOn(process.stderr, 'write').mockReturnValue(true)
  try {
    await weftProgram().parseAsync(args, { from: 'user' })
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  } finally {
    written.mockRestore()
  }
  throw new Error(`weft ${args.join(' ')} was accepted.`)
}

test.each<[readonly string[], RegExp]>([
  [['liquidate-all'], /unknown command 'liquidate-all'/],
  [['scan'], /required option '--network <name>'/],
  [['scan', '--network', 'mars'], /--network is one of mainnet, stokenet, local, not "mars"/],
  [['scan', '--network', 'mainnet', '--top', '-1'], /--top takes a whole number from 1 to 100000, not "-1"/],
  [['scan', '--network', 'mainnet', '--gateway', 'nonsense'], /--gateway takes an http or https URL, not "nonsense"/],
  [['scan', '--network', 'local', '--gateway', 'ftp://127.0.0.1'], /--gateway takes an http or https URL/],
  [['scan', '--network', 'stokenet'], /networks\/stokenet\.json names no market, .* by --network-file/],
  [['scan', '--network', 'stokenet', '--network-file', 'none.json'], /none\.json cannot be read; give the path/],
  [['scan', '--network', 'stokenet', '--network-file', MAINNET_FILE], /is for mainnet, but stokenet was asked for/],
  [['scan', '--network', 'local'], /--network local needs --gateway: .*npm run ledger/],
  [['executions', 'list', '--limit', '1001'], /--limit takes a whole number from 1 to 1000/],
  [['executions', 'show', 'x'], /"x" is no CDP id; write 42 or '#42#'/],
  [['quarantine', 'release', 'resource_nonsense'], /"resource_nonsense" is no resource address/],
  [['quarantine', 'drop', '#0x#'], /"#0x#" is no CDP id/],
  [['liquidate', '42'], /Add --dry-run: a liquidation is signed by the liquidator alone/],
  [['start', '--cdps', 'many'], /--cdps takes a whole number from 1 to 100000, not "many"/],
  [['start', '--report', 'out.json'], /--report needs --headless/],
  [['start', '--scenario', 'doom', '--headless'], /There is no scenario "doom"; choose one of calm, xrd-crash/],
])('refuses %j', async (args, message) => {
  const said = await refusalOf(args)
  expect(said).toMatch(message)
  expect(said).not.toContain('\n')
})

test('says how to start a local ledger where none answers', async () => {
  expect(await refusalOf(['scan', '--network', 'local', '--gateway', await deadAddress()])).toMatch(
    /^Nothing answers at http:\/\/127\.0\.0\.1:\d+; start a local ledger with `npm run ledger`/,
  )
})
