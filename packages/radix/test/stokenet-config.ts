import { parseNetworkConfig } from '../src/network-config.ts'

/** A test network with a market that was there once: its addresses are well formed, and nothing answers at them. */
export const stokenetConfig = parseNetworkConfig(
  {
    name: 'stokenet',
    networkId: 2,
    gatewayUrls: ['https://stokenet.radixdlt.com'],
    addresses: {
      xrd: 'resource_tdx_2_1tknxxxxxxxxxradxrdxxxxxxxxx009923554798xxxxxxxxxtfd2jc',
      market: 'component_tdx_2_1czjla2sp8uamjaex0mtt65xtztyhtyk02wv0lxntz90qtst6w0kf57',
      pool: 'component_tdx_2_1crrha0f0s7gayclln3f2s4xmpz3ja5lph2prmavkdsfwc05sun0t8t',
      loanTermResource: 'resource_tdx_2_1n2507ke7qsjggtwqwe6cghep669wlcrvv3t7gxvmxy75lms8ezza7d',
    },
    venues: [],
  },
  'the test network',
)
