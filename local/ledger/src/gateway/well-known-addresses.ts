import { networkEnding, rewriteHumanReadablePart } from './network-address.ts'

/** As mainnet writes them; the bytes are the same on every network, only the human-readable part differs. */
const ON_MAINNET = {
  xrd: 'resource_rdx1tknxxxxxxxxxradxrdxxxxxxxxx009923554798xxxxxxxxxradxrd',
  secp256k1_signature_virtual_badge: 'resource_rdx1nfxxxxxxxxxxsecpsgxxxxxxxxx004638826440xxxxxxxxxsecpsg',
  ed25519_signature_virtual_badge: 'resource_rdx1nfxxxxxxxxxxed25sgxxxxxxxxx002236757237xxxxxxxxxed25sg',
  package_of_direct_caller_virtual_badge: 'resource_rdx1nfxxxxxxxxxxpkcllrxxxxxxxxx003652646977xxxxxxxxxpkcllr',
  global_caller_virtual_badge: 'resource_rdx1nfxxxxxxxxxxglcllrxxxxxxxxx002350006550xxxxxxxxxglcllr',
  system_transaction_badge: 'resource_rdx1nfxxxxxxxxxxsystxnxxxxxxxxx002683325037xxxxxxxxxsystxn',
  package_owner_badge: 'resource_rdx1nfxxxxxxxxxxpkgwnrxxxxxxxxx002558553505xxxxxxxxxpkgwnr',
  validator_owner_badge: 'resource_rdx1nfxxxxxxxxxxvdrwnrxxxxxxxxx004365253834xxxxxxxxxvdrwnr',
  account_owner_badge: 'resource_rdx1nfxxxxxxxxxxaccwnrxxxxxxxxx006664022062xxxxxxxxxaccwnr',
  identity_owner_badge: 'resource_rdx1nfxxxxxxxxxxdntwnrxxxxxxxxx002876444928xxxxxxxxxdntwnr',
  package_package: 'package_rdx1pkgxxxxxxxxxpackgexxxxxxxxx000726633226xxxxxxxxxpackge',
  resource_package: 'package_rdx1pkgxxxxxxxxxresrcexxxxxxxxx000538436477xxxxxxxxxresrce',
  account_package: 'package_rdx1pkgxxxxxxxxxaccntxxxxxxxxxx000929625493xxxxxxxxxaccntx',
  identity_package: 'package_rdx1pkgxxxxxxxxxdntyxxxxxxxxxxx008560783089xxxxxxxxxdntyxx',
  consensus_manager_package: 'package_rdx1pkgxxxxxxxxxcnsmgrxxxxxxxxx000746305335xxxxxxxxxcnsmgr',
  access_controller_package: 'package_rdx1pkgxxxxxxxxxcntrlrxxxxxxxxx000648572295xxxxxxxxxcntrlr',
  transaction_processor_package: 'package_rdx1pkgxxxxxxxxxtxnpxrxxxxxxxxx002962227406xxxxxxxxxtxnpxr',
  metadata_module_package: 'package_rdx1pkgxxxxxxxxxmtdataxxxxxxxxx005246577269xxxxxxxxxmtdata',
  royalty_module_package: 'package_rdx1pkgxxxxxxxxxryaltyxxxxxxxxx003849573396xxxxxxxxxryalty',
  access_rules_package: 'package_rdx1pkgxxxxxxxxxarulesxxxxxxxxx002304462983xxxxxxxxxarules',
  role_assignment_module_package: 'package_rdx1pkgxxxxxxxxxarulesxxxxxxxxx002304462983xxxxxxxxxarules',
  genesis_helper_package: 'package_rdx1pkgxxxxxxxxxgenssxxxxxxxxxx004372642773xxxxxxxxxgenssx',
  faucet_package: 'package_rdx1pkgxxxxxxxxxfaucetxxxxxxxxx000034355863xxxxxxxxxfaucet',
  pool_package: 'package_rdx1pkgxxxxxxxxxplxxxxxxxxxxxxx020379220524xxxxxxxxxplxxxx',
  locker_package: 'package_rdx1pkgxxxxxxxxxlckerxxxxxxxxxx000208064247xxxxxxxxxlckerx',
  transaction_tracker_package: 'package_rdx1pkgxxxxxxxxxtxtrakxxxxxxxxx000595975309xxxxxxxxxtxtrak',
  consensus_manager: 'consensusmanager_rdx1scxxxxxxxxxxcnsmgrxxxxxxxxx000999665565xxxxxxxxxcnsmgr',
  genesis_helper: 'component_rdx1cptxxxxxxxxxgenssxxxxxxxxxx000977302539xxxxxxxxxgenssx',
  faucet: 'component_rdx1cptxxxxxxxxxfaucetxxxxxxxxx000527798379xxxxxxxxxfaucet',
  transaction_tracker: 'transactiontracker_rdx1stxxxxxxxxxxtxtrakxxxxxxxxx006844685494xxxxxxxxxtxtrak',
} as const

export type WellKnownAddresses = Readonly<Record<keyof typeof ON_MAINNET, string>>

/** The addresses every Radix network has, as `network-configuration` lists them. */
export function wellKnownAddresses(networkId: number): WellKnownAddresses {
  const ending = networkEnding(networkId)
  const onThisNetwork = { ...ON_MAINNET } as Record<keyof typeof ON_MAINNET, string>
  for (const name of Object.keys(ON_MAINNET) as (keyof typeof ON_MAINNET)[]) {
    const entity = ON_MAINNET[name].slice(0, ON_MAINNET[name].indexOf('_rdx1'))
    onThisNetwork[name] = rewriteHumanReadablePart(ON_MAINNET[name], `${entity}_${ending}`)
  }
  return onThisNetwork
}
