import {
  AccountAddress,
  CdpId,
  ComponentAddress,
  type LiquidationStep,
  NonFungibleLocalId,
  ResourceAddress,
  ValidatorAddress,
} from '@weft/domain'
import { Decimal } from '@weft/domain/decimal'

/** The four liquidations of Weft's published stokenet samples, as plans. */

const resource = (text: string) => ResourceAddress.parse(`resource_tdx_2_1${text}`)
const component = (text: string) => ComponentAddress.parse(`component_tdx_2_1${text}`)
const validator = (text: string) => ValidatorAddress.parse(`validator_tdx_2_1${text}`)
export const amount = (text: string) => Decimal.parse(text)

export const xrd = resource('tknxxxxxxxxxradxrdxxxxxxxxx009923554798xxxxxxxxxtfd2jc')
const usdc = resource('tk903dr7agsg65v8h8he6kdhwlsctedxq0fuec0aufagr2xeyhs5ur')
export const otherDebt = resource('tkenhqw8aq05fm7m50ckg6f7whsfw8l2kqs0hprx8dncxmefv9lf2w')
const dex = component('crgmz63jqnkzuwq3trghh9tlgtqnr3uyt7c006sfcw6xdr0c2q8tng')

const term = resource('n2507ke7qsjggtwqwe6cghep669wlcrvv3t7gxvmxy75lms8ezza7d')

/** The account is a secp256k1 one, as in the samples; nothing here signs for it. */
export const context = {
  networkId: 2,
  account: AccountAddress.parse('account_tdx_2_16yll6clntk9za0wvrw0nat848uazduyqy635m8ms77md99q7yf9fzg'),
  lockFeeXrd: amount('10'),
  addresses: {
    xrd,
    market: component('czjla2sp8uamjaex0mtt65xtztyhtyk02wv0lxntz90qtst6w0kf57'),
    pool: component('crrha0f0s7gayclln3f2s4xmpz3ja5lph2prmavkdsfwc05sun0t8t'),
  },
}

const swapAll = (from: ResourceAddress, to: ResourceAddress) =>
  ({ kind: 'swap', component: dex, from, to, amount: 'all' }) as const

export const hug = resource('thf8h2npjhfp8jeqc4tq20yxm4j3cnwd0urpg0dsg2cy56yjn0n388')
export const fungible: LiquidationStep[] = [
  { kind: 'flash-loan', resource: otherDebt, amount: amount('30.4638885') },
  { kind: 'liquidate', cdpId: CdpId.parse('#22#'), payments: [otherDebt], collaterals: [hug] },
  swapAll(hug, otherDebt),
  { kind: 'repay-flash-loan', resource: otherDebt, term },
]

const depositUnits = resource('t4n8nrufknhskx5pqk2gq39hn0uat3u3ztydk7y6e0duh5jsthzfk2')
export const depositUnit: LiquidationStep[] = [
  { kind: 'flash-loan', resource: usdc, amount: amount('138.202637498658883699') },
  { kind: 'liquidate', cdpId: CdpId.parse('#849#'), payments: [usdc], collaterals: [depositUnits] },
  { kind: 'redeem-deposit-units', depositUnit: depositUnits },
  swapAll(resource('t4w276lkyvvs8rfym22q37dh7jsn7tlhue0c3shjuchlqtm0jugx4s'), usdc),
  { kind: 'repay-flash-loan', resource: usdc, term },
]

const lsuResource = resource('thjlp88pc28eyfg3f2alq8zkggnr273j0saye4nj70vfnga6ldy7ru')
export const lsu: LiquidationStep[] = [
  { kind: 'flash-loan', resource: usdc, amount: amount('72.279107') },
  { kind: 'liquidate', cdpId: CdpId.parse('#1006#'), payments: [usdc], collaterals: [lsuResource] },
  { kind: 'unstake', validator: validator('svwenmn2mkwf9vu5kegs9seql5j535rc3ddjcvg9v3j4d7lvnya70k'), lsu: lsuResource },
  {
    kind: 'open-cdp',
    name: 'Liquidator_638677670501790857',
    claimNft: resource('nglf548yxudgkc2kgtcs56fhm5g33hm3x66c00zvnkg74n3nj7w8gg'),
    borrow: { resource: xrd, amount: amount('4102.192499548905236355') },
  },
  { kind: 'withdraw-own', resource: xrd, amount: amount('302.266815756235122679') },
  swapAll(xrd, usdc),
  { kind: 'repay-flash-loan', resource: usdc, term },
]

const claimNft = resource('nf2eptx9ajuxkgr6g6aagxrvcuh480hca8kwrc2684xp3y44s5askz')
export const nft: LiquidationStep[] = [
  { kind: 'flash-loan', resource: xrd, amount: amount('6380.934579439252646068') },
  { kind: 'withdraw-own', resource: xrd, amount: amount('315.887850467289734954') },
  swapAll(xrd, otherDebt),
  {
    kind: 'liquidate-nft',
    cdpId: CdpId.parse('#790#'),
    payments: [otherDebt],
    nftResource: claimNft,
    nftId: NonFungibleLocalId.parse('{4f58711db673a4c9-6adbac61e9e44239-c4eed16a71cde45e-94d8eb22e1ee9c85}'),
    compensationXrd: amount('87.22741433021807361'),
  },
  {
    kind: 'claim-xrd',
    validator: validator('s0l6946a2kx33vjmuuh3qrax3ueauznd2fc3d69md2exx29rcnjmnj'),
    claimNft,
  },
  { kind: 'repay-flash-loan', resource: xrd, term },
]
