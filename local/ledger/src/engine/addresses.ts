import { createHash } from 'node:crypto'
import { decodeBech32m, encodeBech32m } from './bech32m.ts'

/** Radix's `localnet`: tools know its address prefix, and no public ledger uses it. */
export const NETWORK_ID = 240
export const NETWORK_NAME = 'localnet'
const HRP_SUFFIX = 'loc'

/** XRD's well-known address on network 240, as the Radix Engine Toolkit prints it. */
export const XRD = 'resource_loc1tknxxxxxxxxxradxrdxxxxxxxxx009923554798xxxxxxxxxvq32hv'

/** First byte of a node id, and the address prefix that goes with it (Radix Engine `EntityType`). */
const ENTITY_TYPES = {
  package: [0x0d, 'package'],
  validator: [0x83, 'validator'],
  component: [0xc0, 'component'],
  account: [0xc1, 'account'],
  fungible: [0x5d, 'resource'],
  nonFungible: [0x9a, 'resource'],
  fungibleVault: [0x58, 'internal_vault'],
  nonFungibleVault: [0x98, 'internal_vault'],
  keyValueStore: [0xb0, 'internal_keyvaluestore'],
} as const satisfies Record<string, readonly [number, string]>

export type EntityKind = keyof typeof ENTITY_TYPES

const PREALLOCATED_ED25519_ACCOUNT = 0x51
const NODE_ID_LENGTH = 30

/**
 * Prefixes by entity byte. Some bytes are only met in addresses the ledger did not make, e.g. accounts derived from a key.
 */
const PREFIX_BY_BYTE = new Map<number, string>([
  ...Object.values(ENTITY_TYPES),
  [0x86, 'consensusmanager'],
  [0x82, 'transactiontracker'],
  [0xc2, 'identity'],
  [0xd1, 'account'],
  [PREALLOCATED_ED25519_ACCOUNT, 'account'],
  [0xf8, 'internal_component'],
])

/** The address of the thing called `name`: the same on every local ledger, whatever its seed, so that it can be configured once. */
export function addressOf(kind: EntityKind, name: string): string {
  const [entityByte, prefix] = ENTITY_TYPES[kind]
  const nodeId = createHash('sha256').update(`${kind}:${name}`).digest().subarray(0, NODE_ID_LENGTH)
  nodeId[0] = entityByte
  return encodeBech32m(`${prefix}_${HRP_SUFFIX}`, nodeId)
}

/** A page of CDPs names the same few resources hundreds of times; reading them anew would be most of the cost of the page. */
const RECENT_NODE_IDS = new Map<string, Uint8Array>()
const MAX_RECENT_NODE_IDS = 4096

/** The 30 bytes of a node id; not to be changed. @throws {Bech32mError} when `address` is no address. */
export function nodeIdOf(address: string): Uint8Array {
  const known = RECENT_NODE_IDS.get(address)
  if (known) return known
  const { data } = decodeBech32m(address)
  if (RECENT_NODE_IDS.size >= MAX_RECENT_NODE_IDS) RECENT_NODE_IDS.clear()
  RECENT_NODE_IDS.set(address, data)
  return data
}

/** The address of a 30-byte node id on this network. @throws {RangeError} for an entity type the ledger does not know. */
export function addressOfNodeId(nodeId: Uint8Array): string {
  const prefix = PREFIX_BY_BYTE.get(nodeId[0] ?? -1)
  if (prefix === undefined || nodeId.length !== NODE_ID_LENGTH)
    throw new RangeError(`${Buffer.from(nodeId).toString('hex')} is no node id of a known entity type.`)
  return encodeBech32m(`${prefix}_${HRP_SUFFIX}`, nodeId)
}

/** True for an account address that follows from a key: it exists on every ledger, used or not. */
export function isPreallocatedAccount(address: string): boolean {
  if (!address.startsWith(`account_${HRP_SUFFIX}1`)) return false
  try {
    const nodeId = nodeIdOf(address)
    return nodeId.length === NODE_ID_LENGTH && nodeId[0] === PREALLOCATED_ED25519_ACCOUNT
  } catch {
    return false
  }
}

/** Bech32m text of a transaction hash. */
export function hashAddress(prefix: 'txid' | 'notarizedtransaction', hash: Uint8Array): string {
  return encodeBech32m(`${prefix}_${HRP_SUFFIX}`, hash)
}
