import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { type ServedLedger, serveLedger } from '../../test/served-ledger.ts'

let served: ServedLedger
let cdps: string

beforeAll(async () => {
  served = await serveLedger({ cdps: 250 })
  cdps = served.ledger.addresses.cdpResource
})
afterAll(() => served[Symbol.asyncDispose]())

const at = (stateVersion: number) => ({ at_ledger_state: { state_version: stateVersion } })

test('lists every id over pinned pages through the official client, oldest first, burned ones included', async () => {
  served.ledger.control.closeCdp('#3#')
  const ids = await served.client.state.getAllNonFungibleIds(cdps)
  const { totalMinted } = served.ledger.nonFungibleIds(cdps, served.ledger.tip().stateVersion, 0, 1)
  expect(totalMinted).toBeGreaterThan(200)
  expect(ids).toEqual(Array.from({ length: totalMinted }, (_, index) => `#${index + 1}#`))
})

test('refuses a cursor without the state version pinned, in the words of the Gateway', async () => {
  const first = await served.post('/state/non-fungible/ids', { resource_address: cdps, limit_per_page: 10 })
  const cursor = first.text('non_fungible_ids.next_cursor')
  expect(first.at('non_fungible_ids.items')).toHaveLength(10)
  const unpinned = await served.post('/state/non-fungible/ids', { resource_address: cdps, cursor })
  expect(unpinned.status).toBe(400)
  expect(unpinned.json).toMatchObject({
    code: 400,
    trace_id: expect.any(String),
    details: {
      type: 'InvalidRequestError',
      validation_errors: [
        { path: 'AtLedgerState', errors: ['AtLedgerState.StateVersion is required if cursor is provided'] },
      ],
    },
  })
  const pin = first.number('ledger_state.state_version')
  const byEpoch = { at_ledger_state: { epoch: first.at('ledger_state.epoch') } }
  expect((await served.post('/state/non-fungible/ids', { resource_address: cdps, cursor, ...byEpoch })).status).toBe(
    400,
  )
  const pinned = await served.post('/state/non-fungible/ids', { resource_address: cdps, cursor, ...at(pin) })
  expect(pinned.at('non_fungible_ids.items[0]')).toBe('#11#')
})

test('cuts a page size above 100 without a word, and refuses one of 0', async () => {
  const wide = await served.post('/state/non-fungible/ids', { resource_address: cdps, limit_per_page: 5000 })
  expect(wide.at('non_fungible_ids.items')).toHaveLength(100)
  const absent = await served.post('/state/non-fungible/ids', { resource_address: cdps, limit_per_page: null })
  expect(absent.at('non_fungible_ids.items')).toHaveLength(100)
  const none = await served.post('/state/non-fungible/ids', { resource_address: cdps, limit_per_page: 0 })
  expect(none.at('details.validation_errors[0].path')).toBe('LimitPerPage')
})

test('reads the first page silently for a cursor that is base64 of something else, refuses one that is no base64', async () => {
  const pin = at(served.ledger.tip().stateVersion)
  const body = { resource_address: cdps, ...pin }
  const offset = await served.post('/state/non-fungible/ids', { ...body, cursor: 'eyJvIjoxMDB9' })
  expect(offset.at('non_fungible_ids.items[0]')).toBe('#1#')
  expect((await served.post('/state/non-fungible/ids', { ...body, cursor: '#2#' })).status).toBe(400)
})

test('gives CDP data newest first, once each, unknown and malformed ids left out, burned ones without data', async () => {
  const burnt = served.ledger.control.openCdp({ collaterals: { XRD: '1000' } })
  served.ledger.control.closeCdp(burnt)
  const answer = await served.client.state.innerClient.nonFungibleData({
    stateNonFungibleDataRequest: {
      resource_address: cdps,
      non_fungible_ids: ['#1#', '#999999#', burnt, '#2#', '#1#', 'nonsense', '#01#', '<1>', '#99999999999999999999#'],
    },
  })
  expect(answer.non_fungible_id_type).toBe('Integer')
  expect(answer.non_fungible_ids.map((item) => item.non_fungible_id)).toEqual([burnt, '#2#', '#1#'])
  const [burned, live] = answer.non_fungible_ids
  expect(burned).toMatchObject({ is_burned: true })
  expect(burned).not.toHaveProperty('data.raw_hex')
  expect(live?.data?.programmatic_json).toMatchObject({ kind: 'Tuple' })
  expect(live?.data?.raw_hex).toMatch(/^5c21/)
})

test('names the fields of a CDP and tells when it was last written', async () => {
  const before = served.ledger.tip().stateVersion
  const id = served.ledger.control.openCdp({ collaterals: { XRD: '1000' } })
  const opened = served.ledger.tip().stateVersion
  const version = served.ledger.control.addCollateral(id, { XRD: '5' })
  const read = async (stateVersion: number) =>
    served.post('/state/non-fungible/data', {
      resource_address: cdps,
      non_fungible_ids: [id],
      ...at(stateVersion),
    })
  expect((await read(before)).at('non_fungible_ids')).toEqual([])
  const first = await read(opened)
  const second = await read(version)
  const written = 'non_fungible_ids[0].last_updated_at_state_version'
  expect(first.number(written)).toBeLessThanOrEqual(opened)
  expect(second.number(written)).toBe(version)
  expect(second.at('non_fungible_ids[0].data.raw_hex')).not.toBe(first.at('non_fungible_ids[0].data.raw_hex'))
  expect(second.at('non_fungible_ids[0].data.programmatic_json.fields[].field_name')).toEqual([
    'minted_at',
    'updated_at',
    'key_image_url',
    'name',
    'description',
    'loans',
    'collaterals',
    'nft_collaterals',
  ])
})

test('takes 100 ids and refuses 101 instead of cutting them', async () => {
  const ids = (count: number) => Array.from({ length: count }, (_, index) => `#${index + 1}#`)
  const hundred = await served.post('/state/non-fungible/data', { resource_address: cdps, non_fungible_ids: ids(100) })
  expect(hundred.at('non_fungible_ids')).toHaveLength(100)
  const more = await served.post('/state/non-fungible/data', { resource_address: cdps, non_fungible_ids: ids(101) })
  expect(more.status).toBe(400)
  expect(more.at('details.validation_errors[0].path')).toBe('NonFungibleIds.Count')
})

test('tells where a CDP is kept, and nothing of the place of a burned one', async () => {
  const { post } = served
  const answer = await post('/state/non-fungible/location', {
    resource_address: cdps,
    non_fungible_ids: ['#1#', '#3#', '#1#', '#999999#'],
  })
  const [first, burned, again, ...rest] = answer.list('non_fungible_ids')
  expect(rest).toEqual([])
  expect(again).toEqual(first)
  expect(first).toMatchObject({
    owning_vault_address: expect.stringMatching(/^internal_vault_loc1/),
    owning_vault_global_ancestor_address: expect.stringMatching(/^account_loc1/),
  })
  expect(burned).toEqual({
    non_fungible_id: '#3#',
    is_burned: true,
    last_updated_at_state_version: expect.any(Number),
  })
})

test('answers 404 for a resource that is not there and 400 for one of another kind', async () => {
  const { xrd, market } = served.ledger.addresses
  const unknown = await served.post('/state/non-fungible/ids', { resource_address: unusedAddress() })
  expect(unknown).toMatchObject({ status: 404, json: { details: { type: 'EntityNotFoundError' } } })
  for (const address of [xrd, market]) {
    const wrong = await served.post('/state/non-fungible/ids', { resource_address: address })
    expect(wrong).toMatchObject({ status: 400, json: { details: { type: 'InvalidEntityError', address } } })
  }
})

test('refuses an address with a wrong checksum or of another network', async () => {
  const mainnetXrd = 'resource_rdx1tknxxxxxxxxxradxrdxxxxxxxxx009923554798xxxxxxxxxradxrd'
  for (const address of [mainnetXrd, cdps.replace(/.$/, (last) => (last === 'q' ? 'p' : 'q'))]) {
    const answer = await served.post('/state/entity/details', { addresses: [served.ledger.addresses.xrd, address] })
    expect(answer.at('details.validation_errors[0].path')).toBe('Addresses[1]')
  }
})

test('shows the market with named state, leaves unknown addresses out and gives a key-value store no details', async () => {
  const { market, pool } = served.ledger.addresses
  const { items } = await served.client.state.innerClient.stateEntityDetails({
    stateEntityDetailsRequest: { addresses: [market, unusedAddress(), pool], aggregation_level: 'Vault' },
  })
  expect(items.map((item) => item.address).sort()).toEqual([market, pool].sort())
  const state = items.find((item) => item.address === market)?.details
  expect(state).toMatchObject({ type: 'Component', blueprint_name: 'LendingMarket' })
  const priceCache = ownedBy(state, 'price_cache')
  const store = await served.post('/state/entity/details', { addresses: [priceCache] })
  expect(store.at('items[0]')).not.toHaveProperty('details')
})

test('finds the liquidity of a pool in the vault that its state owns', async () => {
  const { pool } = served.ledger.addresses
  const details = await served.client.state.getEntityDetailsVaultAggregated(pool)
  const vaults = details.fungible_resources.items.flatMap((resource) => resource.vaults.items)
  expect(vaults.length).toBeGreaterThan(2)
  const store = ownedBy(details.details, 'resource_pools')
  const keys = await served.post('/state/key-value-store/keys', { key_value_store_address: store })
  const data = await served.post('/state/key-value-store/data', {
    key_value_store_address: store,
    keys: keys.list('items[].key.raw_hex').map((keyHex) => ({ key_hex: keyHex })),
  })
  expect(data.at('entries')).toHaveLength(keys.number('total_count'))
  expect(data.at('entries[].value.programmatic_json.fields[0].field_name')).toEqual(
    data.list('entries').map(() => 'liquidity'),
  )
  const liquidityVaults = data.list('entries[].value.programmatic_json.fields[0].value')
  expect(vaults.map((vault) => vault.vault_address)).toEqual(expect.arrayContaining(liquidityVaults))
})

test('sums vaults by resource on the Global level and answers for vaults and resources themselves', async () => {
  const { pool, xrd } = served.ledger.addresses
  const global = await served.post('/state/entity/details', { addresses: [pool] })
  const byVault = await served.post('/state/entity/details', { addresses: [pool], aggregation_level: 'Vault' })
  const index = byVault.list('items[0].fungible_resources.items[].resource_address').indexOf(xrd)
  const amount = byVault.text(`items[0].fungible_resources.items[${index}].vaults.items[0].amount`)
  const vault = byVault.text(`items[0].fungible_resources.items[${index}].vaults.items[0].vault_address`)
  expect(global.at('items[0].fungible_resources.items')).toContainEqual({
    aggregation_level: 'Global',
    resource_address: xrd,
    amount,
    last_updated_at_state_version: expect.any(Number),
  })
  const itself = await served.post('/state/entity/details', { addresses: [vault, xrd, cdps] })
  const detailsOf = (address: string) => itself.at(`items[${itself.list('items[].address').indexOf(address)}].details`)
  expect(detailsOf(vault)).toMatchObject({ type: 'FungibleVault', balance: { amount } })
  expect(detailsOf(xrd)).toMatchObject({ type: 'FungibleResource', divisibility: 18 })
  expect(detailsOf(cdps)).toMatchObject({ type: 'NonFungibleResource', non_fungible_id_type: 'Integer' })
})

test('refuses more than 20 addresses and ignores properties it does not know', async () => {
  const { xrd } = served.ledger.addresses
  const many = await served.post('/state/entity/details', { addresses: Array.from({ length: 21 }, () => xrd) })
  expect(many.at('details.validation_errors[0].path')).toBe('Addresses.Count')
  const odd = await served.post('/state/entity/details', { addresses: [xrd], at_ledger_state: null, colour: 'red' })
  expect(odd.status).toBe(200)
})

test('reads store entries by hex or JSON key, silently without absent ones', async () => {
  const { market, xrd } = served.ledger.addresses
  const details = await served.post('/state/entity/details', { addresses: [market] })
  const store = ownedBy(details.at('items[0].details'), 'resource_configs')
  const keys = await served.client.state.innerClient.keyValueStoreKeys({
    stateKeyValueStoreKeysRequest: { key_value_store_address: store, limit_per_page: 2 },
  })
  expect(keys.items).toHaveLength(2)
  expect(keys.next_cursor).toBeDefined()
  const [newest] = keys.items
  const answer = await served.post('/state/key-value-store/data', {
    key_value_store_address: store,
    keys: [
      { key_json: { kind: 'Reference', value: xrd } },
      { key_hex: newest?.key.raw_hex.toUpperCase() },
      { key_hex: newest?.key.raw_hex },
      { key_hex: '5c0701' },
      { key_json: { kind: 'Reference', value: 'nobody' } },
    ],
  })
  expect(answer.at('entries')).toHaveLength(2)
  expect(answer.at('entries[0].key.programmatic_json')).toEqual({
    kind: 'Reference',
    type_name: 'ResourceAddress',
    value: xrd,
  })
  const odd = await served.post('/state/key-value-store/data', {
    key_value_store_address: store,
    keys: [{ key_hex: '5c0' }],
  })
  expect(odd.at('details.validation_errors[0].path')).toBe('Keys[0].KeyHex')
})

test('answers for the ledger state that was asked for: exact version, time, epoch, or the reason why not', async () => {
  const { ledger } = served
  const tip = ledger.tip()
  const reasonAt = async (selector: unknown) => {
    const body = { resource_address: cdps, at_ledger_state: selector, limit_per_page: 1 }
    const answer = await served.post('/state/non-fungible/ids', body)
    if (answer.status === 200) return answer.at('ledger_state.state_version')
    return answer.at('details.validation_errors[0].errors[0]')
  }
  expect(await reasonAt({ state_version: tip.stateVersion - 1 })).toBe(tip.stateVersion - 1)
  expect(await reasonAt({ state_version: tip.stateVersion + 1 })).toBe(
    'State version is beyond the end of the known ledger',
  )
  const iso = (ms: number) => new Date(ms).toISOString()
  expect(await reasonAt({ timestamp: iso(tip.timestampMs) })).toBe(ledger.stateAtTime(tip.timestampMs)?.stateVersion)
  expect(await reasonAt({ timestamp: iso(tip.timestampMs + 60_000) })).toMatch(/must not be in future/)
  expect(await reasonAt({ timestamp: '2001-01-01T00:00:00Z' })).toBe('Timestamp was before the start of the ledger')
  expect(await reasonAt({ epoch: tip.epoch })).toBe(ledger.stateAtEpoch(tip.epoch)?.stateVersion)
  expect(await reasonAt({ epoch: tip.epoch + 1 })).toBe(
    `Epoch ${tip.epoch + 1} is beyond the end of the known ledger or invalid`,
  )
  expect(await reasonAt({ epoch: tip.epoch, round: 1_000_000 })).toBe(
    `Epoch ${tip.epoch} round 1000000 is beyond the end of the known ledger or invalid`,
  )
  expect(await reasonAt({ state_version: 0 })).toMatch(/Too small/)
  expect(await reasonAt({ state_version: '5' })).toMatch(/expected number/)
  expect(await reasonAt({ state_version: null, timestamp: 'yesterday' })).toMatch(/ISO 8601/)
  expect(await reasonAt({})).toMatch(/exactly one/)
  expect(await reasonAt({ state_version: 1, epoch: tip.epoch })).toMatch(/exactly one/)
})

test('gives the official client what it asks for in chunks: every CDP, where it is kept, and the network it is on', async () => {
  const { client, ledger } = served
  const ids = await client.state.getAllNonFungibleIds(cdps)
  const pin = { state_version: ledger.tip().stateVersion }
  const items = await client.state.getNonFungibleData(cdps, ids.slice(0, 70), pin)
  expect(items.map((item) => item.non_fungible_id).sort()).toEqual(ids.slice(0, 70).sort())
  const places = await client.state.getNonFungibleLocation(cdps, ids.slice(0, 70))
  expect(places).toHaveLength(70)
  const { items: vaults } = await client.state.innerClient.entityFungibleResourceVaultPage({
    stateEntityFungibleResourceVaultsPageRequest: {
      address: ledger.addresses.pool,
      resource_address: ledger.addresses.xrd,
    },
  })
  expect(vaults).toHaveLength(1)
  const network = await client.status.getNetworkConfiguration()
  expect(network).toMatchObject({ network_id: 240, network_name: 'localnet' })
  expect(network.well_known_addresses.xrd).toBe(ledger.addresses.xrd)
})

test('leaves absent properties out of 200 answers and keeps null details in errors', async () => {
  const answer = await served.post('/state/non-fungible/ids', { resource_address: cdps })
  expect(answer.body).not.toContain('null')
  const malformed = await served.post('/state/non-fungible/ids', '{')
  expect(malformed).toMatchObject({ status: 400, json: { code: 400, details: null } })
})

/** A well-formed address at which nothing is. */
function unusedAddress(): string {
  return 'resource_loc1nfxxxxxxxxxxed25sgxxxxxxxxx002236757237xxxxxxxxxkskcyf'
}

const Owner = z.object({
  state: z.object({ fields: z.array(z.object({ field_name: z.string(), value: z.string().optional() })) }),
})

/** The address that the component state `details` owns under `field`. */
function ownedBy(details: unknown, field: string): string {
  const { state } = Owner.parse(details)
  const found = state.fields.find(({ field_name }) => field_name === field)
  if (found?.value === undefined) throw new Error(`nothing is owned under ${field}`)
  return found.value
}
