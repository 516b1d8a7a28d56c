import { Decimal } from '@weft/domain/decimal'
import { beforeAll, expect, test } from 'vitest'
import { ManifestError, type PreviewRequest } from '../view.ts'
import type { Ledger, LedgerOptions } from './control.ts'
import { instantLedger } from './testing/ledgers.ts'
import { Operator } from './testing/operator.ts'

let operator: Operator
beforeAll(async () => {
  operator = await Operator.named('operator')
})

/** CDP #1# is liquidatable; the operator has XRD for fees. */
async function fundedLedger(options: Partial<LedgerOptions> = {}): Promise<Ledger> {
  const ledger = await instantLedger({
    ...options,
    genesis: {
      prices: { xUSDC: '100' },
      cdps: [{ collaterals: { XRD: '11000' }, loans: { xUSDC: '100' } }],
      ...options.genesis,
    },
  })
  ledger.control.fundAccount(operator.account, { XRD: '1000' })
  return ledger
}

function flashLiquidation(ledger: Ledger, amount: string, repay = true): string {
  const { market, pool, dex, loanTermResource, tokens, xrd } = ledger.addresses
  const usdc = tokens.xUSDC
  return `${operator.lockFee()}
CALL_METHOD Address("${pool}") "take_flash_loan" Map<Address, Decimal>(Address("${usdc}") => Decimal("${amount}"));
TAKE_ALL_FROM_WORKTOP Address("${usdc}") Bucket("debt");
CALL_METHOD Address("${market}") "liquidate" NonFungibleLocalId("#1#") Array<Bucket>(Bucket("debt")) Enum<1u8>(Array<Address>(Address("${xrd}")));
TAKE_ALL_FROM_WORKTOP Address("${xrd}") Bucket("collateral");
CALL_METHOD Address("${dex}") "swap" Bucket("collateral") Address("${usdc}");
${
  repay
    ? `TAKE_ALL_FROM_WORKTOP Address("${usdc}") Bucket("payment");
TAKE_ALL_FROM_WORKTOP Address("${loanTermResource}") Bucket("term");
CALL_METHOD Address("${pool}") "repay_flash_loan" Array<Bucket>(Bucket("payment")) Bucket("term");`
    : ''
}
${operator.depositAll()}`
}

function previewOf(manifest: string, more: Partial<PreviewRequest> = {}): PreviewRequest {
  return {
    manifest,
    signerPublicKeys: [],
    useFreeCredit: true,
    assumeAllSignatureProofs: false,
    skipEpochCheck: true,
    startEpochInclusive: 1,
    endEpochExclusive: 2,
    nonce: 1,
    tipPercentage: 0,
    ...more,
  }
}

test('liquidates on a flash loan and leaves the profit with the operator', async () => {
  const ledger = await fundedLedger()
  const usdc = ledger.addresses.tokens.xUSDC ?? ''
  const intentHash = await operator.send(ledger, flashLiquidation(ledger, '40'))
  const committed = ledger.transactionByIntent(intentHash)
  expect(committed).toMatchObject({ status: 'CommittedSuccess', errorMessage: undefined })
  expect(Decimal.parse(operator.balance(ledger, usdc)).gt(Decimal.ONE)).toBe(true)
  expect(ledger.control.summary()).toMatchObject({
    liquidations: [{ cdpId: '#1#', transactionId: intentHash, by: operator.account }],
    duplicateIntents: 0,
    liquidatedTwiceInOneExcursion: [],
  })
  expect(committed?.user?.outputHex).toHaveLength(10)
})

test('fails whole when the flash loan is not repaid, and takes nothing but the fee', async () => {
  const ledger = await fundedLedger()
  const before = { ltv: ledger.control.liquidationLtv('#1#'), xrd: operator.balance(ledger, ledger.addresses.xrd) }
  const committed = ledger.transactionByIntent(await operator.send(ledger, flashLiquidation(ledger, '40', false)))
  expect(committed?.status).toBe('CommittedFailure')
  expect(committed?.errorMessage).toMatch(/loan term NFT cannot be deposited/)
  expect(committed).toMatchObject({ fungibleChanges: [], nonFungibleChanges: [], events: [] })
  expect(ledger.control.liquidationLtv('#1#').eq(before.ltv)).toBe(true)
  const fee = Decimal.parse(committed?.user?.feePaid ?? '0')
  expect(fee.isPositive()).toBe(true)
  expect(committed?.feeChanges).toEqual([
    { entity: operator.account, resource: ledger.addresses.xrd, change: fee.negated().toString() },
  ])
  expect(operator.balance(ledger, ledger.addresses.xrd)).toBe(Decimal.parse(before.xrd).minus(fee).toString())
  expect(ledger.control.summary().liquidations).toEqual([])
})

test('fails when the flash loan comes back without its fee', async () => {
  const ledger = await fundedLedger()
  const { pool, xrd, loanTermResource } = ledger.addresses
  const repayWith = (amount: string) => `${operator.lockFee()}
CALL_METHOD Address("${pool}") "take_flash_loan" Map<Address, Decimal>(Address("${xrd}") => Decimal("100"));
CALL_METHOD Address("${operator.account}") "withdraw" Address("${xrd}") Decimal("1");
TAKE_FROM_WORKTOP Address("${xrd}") Decimal("${amount}") Bucket("payment");
TAKE_ALL_FROM_WORKTOP Address("${loanTermResource}") Bucket("term");
CALL_METHOD Address("${pool}") "repay_flash_loan" Array<Bucket>(Bucket("payment")) Bucket("term");
${operator.depositAll()}`
  const short = ledger.transactionByIntent(await operator.send(ledger, repayWith('100.099999999999999999')))
  expect(short?.errorMessage).toMatch(/loan term NFT cannot be deposited/)
  const whole = ledger.transactionByIntent(await operator.send(ledger, repayWith('100.1')))
  expect(whole?.status).toBe('CommittedSuccess')
})

test('fails a manifest that leaves something on the worktop or in a bucket', async () => {
  const ledger = await fundedLedger()
  const withdraw = `CALL_METHOD Address("${operator.account}") "withdraw" Address("${ledger.addresses.xrd}") Decimal("5");\n`
  const take = `TAKE_ALL_FROM_WORKTOP Address("${ledger.addresses.xrd}") Bucket("b");\n`
  for (const rest of [withdraw, withdraw + take]) {
    const committed = ledger.transactionByIntent(await operator.send(ledger, operator.lockFee() + rest))
    expect(committed?.errorMessage).toMatch(/left over: 5 of/)
  }
})

test('checks worktop assertions', async () => {
  const ledger = await fundedLedger()
  const assertion = (amount: string) => `${operator.lockFee()}
CALL_METHOD Address("${operator.account}") "withdraw" Address("${ledger.addresses.xrd}") Decimal("5");
ASSERT_WORKTOP_CONTAINS Address("${ledger.addresses.xrd}") Decimal("${amount}");
${operator.depositAll()}`
  expect(ledger.transactionByIntent(await operator.send(ledger, assertion('5')))?.status).toBe('CommittedSuccess')
  const failed = ledger.transactionByIntent(await operator.send(ledger, assertion('5.1')))
  expect(failed?.errorMessage).toMatch(/AssertionFailed/)
})

test('lets nobody act for an account that has not signed', async () => {
  const ledger = await fundedLedger()
  const { faucetAccount, xrd } = ledger.addresses
  const committed = ledger.transactionByIntent(
    await operator.send(
      ledger,
      `${operator.lockFee()}CALL_METHOD Address("${faucetAccount}") "withdraw" Address("${xrd}") Decimal("5");${operator.depositAll()}`,
    ),
  )
  expect(committed?.errorMessage).toMatch(/has not signed/)
  const feed = ledger.transactionByIntent(
    await operator.send(
      ledger,
      `${operator.lockFee()}CALL_METHOD Address("${ledger.addresses.priceFeed}") "update_prices" Map<Address, Decimal>(Address("${ledger.addresses.tokens.HUG}") => Decimal("1"));`,
    ),
  )
  expect(feed?.errorMessage).toMatch(/needs a proof of the price updater badge/)
})

test('refuses a payload whose signature does not fit', async () => {
  const ledger = await fundedLedger()
  const { payload } = await operator.sign(ledger, operator.lockFee())
  const forged = Uint8Array.from(payload)
  forged[forged.length - 1] = (forged[forged.length - 1] ?? 0) ^ 1
  expect(await ledger.submit(forged)).toMatchObject({
    kind: 'refused',
    message: expect.stringMatching(/^Invalid transaction: .*InvalidNotarySignature/),
  })
  expect(await ledger.submit(Uint8Array.from([1, 2, 3]))).toMatchObject({ kind: 'refused' })
})

test('refuses what is valid too late or no longer', async () => {
  const ledger = await fundedLedger()
  const { epoch } = ledger.tip()
  const late = await operator.sign(ledger, operator.lockFee(), { start: epoch + 2, end: epoch + 3 })
  expect(await ledger.submit(late.payload)).toEqual({
    kind: 'refused',
    message: `Transaction start epoch ${epoch + 2} is not yet close enough to current epoch ${epoch}`,
  })
  const over = await operator.sign(ledger, operator.lockFee(), { start: epoch - 2, end: epoch })
  expect(await ledger.submit(over.payload)).toEqual({
    kind: 'refused',
    message: `Transaction is no longer valid from epoch ${epoch} but it is now epoch ${epoch}`,
  })
})

test('commits an intent once, however often its payload is submitted', async () => {
  const ledger = await fundedLedger()
  const { payload, intentHash } = await operator.sign(ledger, operator.lockFee())
  expect(await ledger.submit(payload)).toEqual({ kind: 'accepted', duplicate: false })
  const version = ledger.transactionByIntent(intentHash)?.stateVersion
  expect(await ledger.submit(payload)).toEqual({ kind: 'accepted', duplicate: true })
  ledger.control.advanceRound(3)
  expect(ledger.transactionByIntent(intentHash)?.stateVersion).toBe(version)
  expect(ledger.intentStatus(intentHash)).toMatchObject({ status: 'CommittedSuccess', committedStateVersion: version })
})

test('commits an intent once, even when two payloads of it wait side by side', async () => {
  const ledger = await fundedLedger({ commitDelayMs: { min: 2000, max: 2000 } })
  const other = await Operator.named('other')
  const alone = await operator.sign(ledger, operator.lockFee(), { nonce: 77 })
  const together = await operator.sign(ledger, operator.lockFee(), { nonce: 77, alsoSignedBy: other })
  expect(together.intentHash).toBe(alone.intentHash)
  for (const { payload } of [alone, together])
    expect(await ledger.submit(payload)).toEqual({ kind: 'accepted', duplicate: false })
  ledger.control.advanceRound(5)
  const users = Array.from({ length: ledger.tip().stateVersion }, (_, i) => ledger.transactionAt(i + 1)?.user)
  expect(users.filter((user) => user?.intentHash === alone.intentHash)).toHaveLength(1)
  expect(ledger.intentStatus(alone.intentHash)).toMatchObject({ status: 'CommittedSuccess' })
  expect(ledger.intentStatus(alone.intentHash).payloadHashes).toHaveLength(2)
})

test('shows a submission as pending until it is due, and as permanently rejected once its epochs are over', async () => {
  const ledger = await fundedLedger({ commitDelayMs: { min: 5000, max: 5000 } })
  const first = await operator.sign(ledger, operator.lockFee())
  await ledger.submit(first.payload)
  expect(ledger.intentStatus(first.intentHash).status).toBe('Pending')
  ledger.control.advanceRound(4)
  expect(ledger.intentStatus(first.intentHash).status).toBe('Pending')
  ledger.control.advanceRound()
  expect(ledger.intentStatus(first.intentHash).status).toBe('CommittedSuccess')

  ledger.control.setMempoolFault({ loseProbability: 1 })
  const lost = await operator.sign(ledger, operator.lockFee())
  await ledger.submit(lost.payload)
  ledger.control.advanceRound(20)
  expect(ledger.intentStatus(lost.intentHash)).toMatchObject({
    status: 'Pending',
    permanentlyRejectsAtEpoch: ledger.tip().epoch + 2,
  })
  ledger.control.advanceEpoch(2)
  expect(ledger.intentStatus(lost.intentHash).status).toBe('PermanentlyRejected')
  expect(ledger.transactionByIntent(lost.intentHash)).toBeUndefined()
  expect(ledger.intentStatus('txid_loc1unknown').status).toBe('Unknown')
})

test('rejects for now what cannot pay its fee, and commits it once it can', async () => {
  const ledger = await fundedLedger()
  const poor = await Operator.named('poor')
  const { payload, intentHash } = await poor.sign(ledger, poor.lockFee())
  await ledger.submit(payload)
  expect(ledger.intentStatus(intentHash)).toMatchObject({
    status: 'LikelyButNotCertainRejection',
    errorMessage: expect.stringMatching(/LockFeeInsufficientBalance/),
  })
  ledger.control.fundAccount(poor.account, { XRD: '20' })
  ledger.control.advanceRound()
  expect(ledger.intentStatus(intentHash).status).toBe('CommittedSuccess')
})

test('hides the outcome of a commit for as long as it is told to', async () => {
  const ledger = await fundedLedger()
  ledger.control.setMempoolFault({ outcomeUnknownMs: 3000 })
  const intentHash = await operator.send(ledger, operator.lockFee())
  expect(ledger.intentStatus(intentHash).status).toBe('CommitPendingOutcomeUnknown')
  ledger.control.advanceRound(3)
  expect(ledger.intentStatus(intentHash).status).toBe('CommittedSuccess')
})

test('previews at the tip without changing anything', async () => {
  const ledger = await fundedLedger()
  const manifest = flashLiquidation(ledger, '40')
  const before = ledger.control.summary()
  const receipt = await ledger.preview(previewOf(manifest, { signerPublicKeys: [operator.publicKeyHex] }))
  expect(receipt.status).toBe('Succeeded')
  expect(receipt.outputs).toHaveLength(10)
  const deposit = receipt.resourceChanges.find(({ index }) => index === 9)?.changes
  expect(deposit?.every(({ entity }) => entity === operator.account)).toBe(true)
  expect(ledger.control.summary()).toEqual(before)

  const committed = ledger.transactionByIntent(await operator.send(ledger, manifest))
  const usdc = ledger.addresses.tokens.xUSDC
  expect(
    committed?.fungibleChanges.find((each) => each.entity === operator.account && each.resource === usdc)?.change,
  ).toBe(deposit?.find(({ resource }) => resource === usdc)?.amount)
})

test('previews without signatures fail where an owner would have to sign', async () => {
  const ledger = await fundedLedger()
  const receipt = await ledger.preview(previewOf(flashLiquidation(ledger, '40')))
  expect(receipt).toMatchObject({ status: 'Failed', outputs: [] })
  const assumed = await ledger.preview(previewOf(flashLiquidation(ledger, '40'), { assumeAllSignatureProofs: true }))
  expect(assumed.status).toBe('Succeeded')
})

test('throws for a manifest that does not compile, and fails one whose CDP is unknown', async () => {
  const ledger = await fundedLedger()
  await expect(ledger.preview(previewOf('CALL_METHOD nonsense;'))).rejects.toBeInstanceOf(ManifestError)
  const mainnet = 'component_rdx1cpy6putj5p7937clqgcgutza7k53zpha039n9u5hkk0ahh4stdmq4w'
  await expect(ledger.preview(previewOf(`CALL_METHOD Address("${mainnet}") "x";`))).rejects.toBeInstanceOf(
    ManifestError,
  )
  const unknown = await ledger.preview(
    previewOf(
      `CALL_METHOD Address("${ledger.addresses.market}") "get_cdp" Array<NonFungibleLocalId>(NonFungibleLocalId("#1#"), NonFungibleLocalId("#99#"));`,
    ),
  )
  expect(unknown).toMatchObject({ status: 'Failed', errorMessage: expect.stringMatching(/CDPNotFound: #99#/) })
})

test('counts a second live intent against the same CDP as a duplicate', async () => {
  const ledger = await fundedLedger({ commitDelayMs: { min: 3000, max: 3000 } })
  for (const amount of ['10', '11']) {
    const { payload } = await operator.sign(ledger, flashLiquidation(ledger, amount))
    await ledger.submit(payload)
  }
  expect(ledger.control.summary().duplicateIntents).toBe(1)
  ledger.control.advanceRound(4)
  expect(ledger.control.summary()).toMatchObject({ duplicateIntents: 1, liquidatedTwiceInOneExcursion: ['#1#'] })
})

test('takes a second liquidation that was sent after the first one committed for what it is: the next step', async () => {
  const ledger = await fundedLedger()
  await operator.send(ledger, flashLiquidation(ledger, '10'))
  await operator.send(ledger, flashLiquidation(ledger, '10'))
  expect(ledger.control.summary()).toMatchObject({
    duplicateIntents: 0,
    liquidatedTwiceInOneExcursion: [],
    liquidatedRepeatedly: ['#1#'],
  })
  expect(ledger.control.summary().liquidations).toHaveLength(2)
})
