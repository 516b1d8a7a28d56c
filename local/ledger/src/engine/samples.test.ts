import { Decimal } from '@weft/domain/decimal'
import { beforeAll, expect, test } from 'vitest'
import type { Ledger } from './control.ts'
import { instantLedger } from './testing/ledgers.ts'
import { Operator } from './testing/operator.ts'

/** The four shapes of Weft's own stokenet samples, instruction for instruction, at local addresses. */

let operator: Operator
beforeAll(async () => {
  operator = await Operator.named('sampler')
})

async function commit(ledger: Ledger, manifest: string) {
  const committed = ledger.transactionByIntent(await operator.send(ledger, manifest))
  expect(committed?.errorMessage).toBeUndefined()
  return committed
}

function repay(ledger: Ledger, resource: string): string {
  const { pool, loanTermResource } = ledger.addresses
  return `TAKE_ALL_FROM_WORKTOP Address("${resource}") Bucket("repayment");
TAKE_ALL_FROM_WORKTOP Address("${loanTermResource}") Bucket("term");
CALL_METHOD Address("${pool}") "repay_flash_loan" Array<Bucket>(Bucket("repayment")) Bucket("term");
${operator.depositAll()}`
}

test('token: flash loan, liquidate, swap, repay', async () => {
  const ledger = await instantLedger({
    genesis: {
      prices: { xUSDT: '200' },
      cdps: [{ collaterals: { LSULP: '10000' }, loans: { xUSDT: '55' } }],
    },
  })
  ledger.control.fundAccount(operator.account, { XRD: '100' })
  const { market, pool, dex, tokens } = ledger.addresses
  await commit(
    ledger,
    `${operator.lockFee()}
CALL_METHOD Address("${pool}") "take_flash_loan" Map<Address, Decimal>(Address("${tokens.xUSDT}") => Decimal("20.463888"));
TAKE_ALL_FROM_WORKTOP Address("${tokens.xUSDT}") Bucket("bucket1");
CALL_METHOD Address("${market}") "liquidate" NonFungibleLocalId("#1#") Array<Bucket>(Bucket("bucket1")) Enum<1u8>(Array<Address>(Address("${tokens.LSULP}")));
TAKE_ALL_FROM_WORKTOP Address("${tokens.LSULP}") Bucket("bucket2");
CALL_METHOD Address("${dex}") "swap" Bucket("bucket2") Address("${tokens.xUSDT}");
${repay(ledger, tokens.xUSDT ?? '')}`,
  )
})

test('deposit unit: flash loan, liquidate, pool withdrawal, swap, repay', async () => {
  const ledger = await instantLedger({
    genesis: { cdps: [{ collaterals: { 'du-xUSDC': '1000' }, loans: { xUSDT: '700' } }] },
  })
  ledger.control.fundAccount(operator.account, { XRD: '100' })
  const { market, pool, dex, tokens, depositUnits } = ledger.addresses
  ledger.control.setPrices({ xUSDC: '160' })
  await commit(
    ledger,
    `${operator.lockFee()}
CALL_METHOD Address("${pool}") "take_flash_loan" Map<Address, Decimal>(Address("${tokens.xUSDT}") => Decimal("138.202637"));
TAKE_ALL_FROM_WORKTOP Address("${tokens.xUSDT}") Bucket("bucket1");
CALL_METHOD Address("${market}") "liquidate" NonFungibleLocalId("#1#") Array<Bucket>(Bucket("bucket1")) Enum<1u8>(Array<Address>(Address("${depositUnits.xUSDC}")));
TAKE_ALL_FROM_WORKTOP Address("${depositUnits.xUSDC}") Bucket("bucket2");
CALL_METHOD Address("${pool}") "withdraw" Array<Bucket>(Bucket("bucket2"));
TAKE_ALL_FROM_WORKTOP Address("${tokens.xUSDC}") Bucket("bucket3");
CALL_METHOD Address("${dex}") "swap" Bucket("bucket3") Address("${tokens.xUSDT}");
${repay(ledger, tokens.xUSDT ?? '')}`,
  )
})

test('LSU: flash loan, liquidate, unstake, finance the gap with a CDP over the claim NFT, swap, repay', async () => {
  const ledger = await instantLedger({
    genesis: {
      prices: { xUSDC: '100' },
      cdps: [{ collaterals: { 'lsu-validator-1': '10000' }, loans: { xUSDC: '100' } }],
    },
  })
  ledger.control.fundAccount(operator.account, { XRD: '5000' })
  const { market, pool, dex, tokens, xrd, validators } = ledger.addresses
  const [validator] = validators
  const committed = await commit(
    ledger,
    `${operator.lockFee()}
CALL_METHOD Address("${pool}") "take_flash_loan" Map<Address, Decimal>(Address("${tokens.xUSDC}") => Decimal("48"));
TAKE_ALL_FROM_WORKTOP Address("${tokens.xUSDC}") Bucket("bucket1");
CALL_METHOD Address("${market}") "liquidate" NonFungibleLocalId("#1#") Array<Bucket>(Bucket("bucket1")) Enum<1u8>(Array<Address>(Address("${validator?.lsu}")));
TAKE_ALL_FROM_WORKTOP Address("${validator?.lsu}") Bucket("bucket2");
CALL_METHOD Address("${validator?.address}") "unstake" Bucket("bucket2");
TAKE_ALL_FROM_WORKTOP Address("${validator?.claimNft}") Bucket("bucket3");
TAKE_FROM_WORKTOP Address("${xrd}") Decimal("0") Bucket("bucket4");
CALL_METHOD Address("${market}") "create_cdp" Bucket("bucket4") Enum<1u8>("Liquidator_1") Enum<0u8>() Enum<0u8>() Array<Bucket>() Array<Bucket>(Bucket("bucket3")) Map<Address, Decimal>(Address("${xrd}") => Decimal("4102.192499548905236355"));
CALL_METHOD Address("${operator.account}") "withdraw" Address("${xrd}") Decimal("752.266815756235122679");
TAKE_ALL_FROM_WORKTOP Address("${xrd}") Bucket("bucket5");
CALL_METHOD Address("${dex}") "swap" Bucket("bucket5") Address("${tokens.xUSDC}");
${repay(ledger, tokens.xUSDC ?? '')}`,
  )
  expect(committed?.nonFungibleChanges).toContainEqual({
    entity: operator.account,
    resource: ledger.addresses.cdpResource,
    added: ['#2#'],
    removed: [],
  })
  const data = ledger.nonFungible(ledger.addresses.cdpResource, '#2#', ledger.tip().stateVersion)?.data
  expect(JSON.stringify(data, (_key, value) => (typeof value === 'bigint' ? String(value) : value))).toContain(
    'Liquidator_1',
  )
})

test('NFT: flash loan, swap, liquidate the claim NFT, claim its XRD, repay', async () => {
  const ledger = await instantLedger({
    genesis: {
      prices: { xUSDC: '100' },
      cdps: [{ claims: [{ validator: 'validator-1', lsuAmount: '5522.875816993464' }], loans: { xUSDC: '130' } }],
    },
  })
  ledger.control.fundAccount(operator.account, { XRD: '5000' })
  ledger.control.advanceEpoch(2016)
  const { market, pool, dex, tokens, xrd, validators } = ledger.addresses
  const [validator] = validators
  // 5 522.88 LSU at 1.224 XRD are 6 760 XRD: the claim of Weft's sample.
  const claim = ledger.nonFungibleIds(validator?.claimNft ?? '', ledger.tip().stateVersion, 0, 1).ids[0]
  const committed = await commit(
    ledger,
    `${operator.lockFee()}
CALL_METHOD Address("${pool}") "take_flash_loan" Map<Address, Decimal>(Address("${xrd}") => Decimal("6380.934579439252646068"));
CALL_METHOD Address("${operator.account}") "withdraw" Address("${xrd}") Decimal("315.887850467289734954");
TAKE_FROM_WORKTOP Address("${xrd}") Decimal("87.22741433021807361") Bucket("bucket1");
TAKE_ALL_FROM_WORKTOP Address("${xrd}") Bucket("bucket2");
CALL_METHOD Address("${dex}") "swap" Bucket("bucket2") Address("${tokens.xUSDC}");
TAKE_ALL_FROM_WORKTOP Address("${tokens.xUSDC}") Bucket("bucket3");
CALL_METHOD Address("${market}") "liquidate_nft" NonFungibleLocalId("#1#") Array<Bucket>(Bucket("bucket3")) Address("${validator?.claimNft}") NonFungibleLocalId("${claim}") Bucket("bucket1");
TAKE_ALL_FROM_WORKTOP Address("${validator?.claimNft}") Bucket("bucket4");
CALL_METHOD Address("${validator?.address}") "claim_xrd" Bucket("bucket4");
${repay(ledger, xrd)}`,
  )
  expect(committed?.events.map(({ name }) => name)).toContain('CDPRepayForNFTLiquidationEvent')
  expect(ledger.control.summary().liquidations).toMatchObject([{ cdpId: '#1#' }])
})

test('NFT: the fee of the sample follows from the claim: 87.227414330218 XRD of 6 760', async () => {
  const ledger = await instantLedger({
    genesis: {
      prices: { xUSDC: '100' },
      cdps: [{ claims: [{ validator: 'validator-1', lsuAmount: '5522.875816993464' }], loans: { xUSDC: '130' } }],
    },
  })
  const receipt = await ledger.preview({
    manifest: `CALL_METHOD Address("${ledger.addresses.market}") "get_nft_value" NonFungibleLocalId("#1#");`,
    signerPublicKeys: [],
    useFreeCredit: true,
    assumeAllSignatureProofs: false,
    skipEpochCheck: true,
    startEpochInclusive: 1,
    endEpochExclusive: 2,
    nonce: 1,
    tipPercentage: 0,
  })
  const numbers = JSON.stringify(receipt.outputs, (_key, value) => (typeof value === 'bigint' ? String(value) : value))
  const fee = /"value":"([\d.]+)","fieldName":"liquidation_fee"/.exec(numbers)?.[1] ?? '0'
  expect(Decimal.parse(fee).minus(Decimal.parse('87.22741433021807361')).abs().lt(Decimal.parse('0.000000001'))).toBe(
    true,
  )
})

test('NFT: an exactly covered one owes its owner nothing, not even the last digit', async () => {
  const amounts = ['5522.875816993464', '1234.567891234567891', '999.999999999999999', '777.7', '3.141592653589793238']
  const ledger = await instantLedger({
    genesis: {
      cdps: amounts.map((lsuAmount) => ({
        claims: [{ validator: 'validator-2', lsuAmount }],
        loans: { XRD: '50000' },
      })),
    },
  })
  for (const number of amounts.keys()) {
    const market = ledger.addresses.market
    const receipt = await ledger.preview({
      manifest: `CALL_METHOD Address("${market}") "get_nft_value" NonFungibleLocalId("#${number + 1}#");`,
      signerPublicKeys: [],
      useFreeCredit: true,
      assumeAllSignatureProofs: false,
      skipEpochCheck: true,
      startEpochInclusive: 1,
      endEpochExclusive: 2,
      nonce: 1,
      tipPercentage: 0,
    })
    const numbers = JSON.stringify(receipt.outputs, (_key, value) =>
      typeof value === 'bigint' ? String(value) : value,
    )
    expect(/"value":"([\d.]+)","fieldName":"compensation_value"/.exec(numbers)?.[1]).toBe('0')
  }
})

test('a claim NFT is not paid out before its epoch', async () => {
  const ledger = await instantLedger({ genesis: { cdps: [] } })
  const [validator] = ledger.addresses.validators
  ledger.control.fundAccount(operator.account, { XRD: '100', 'lsu-validator-1': '10' })
  const unstakeAndClaim = `${operator.lockFee()}
CALL_METHOD Address("${operator.account}") "withdraw" Address("${validator?.lsu}") Decimal("10");
TAKE_ALL_FROM_WORKTOP Address("${validator?.lsu}") Bucket("lsu");
CALL_METHOD Address("${validator?.address}") "unstake" Bucket("lsu");
TAKE_ALL_FROM_WORKTOP Address("${validator?.claimNft}") Bucket("claim");
CALL_METHOD Address("${validator?.address}") "claim_xrd" Bucket("claim");
${operator.depositAll()}`
  const failed = ledger.transactionByIntent(await operator.send(ledger, unstakeAndClaim))
  expect(failed?.errorMessage).toMatch(/EpochUnlockHasNotOccurredYet/)
})
