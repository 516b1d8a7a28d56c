import { type AccountAddress, CdpId, ComponentAddress, Decimal, ResourceAddress } from '@weft/domain'
import { createLedger, type Ledger } from '@weft/ledger'
import { accountKeyFromSeedPhrase, buildLiquidationManifest, WalletSigner } from '@weft/radix/transactions'

/** CPU of the local ledger per call, ms, without HTTP: in a shock these calls come by the hundred. */
export interface CostOfCalls {
  /** A liquidation's dry run whose text was not seen before. */
  readonly previewMs: number
  /** The same text again, as when a CDP's health is asked for in every run. */
  readonly previewAgainMs: number
  /** Reading, checking and committing the notarised liquidation, the round in which it commits included. */
  readonly submitMs: number
}

const CDPS = 700
/** Left out of the figures: the first calls are compiled while they run. */
const WARM_UP = 300
/** The public test vector of the wallets. */
const SEED_PHRASE = `${'zoo '.repeat(23)}vote`
const DEBT_XRD = 5_000

/** Liquidates some hundred CDPs by hand-made manifests, all of which must succeed. */
export async function costOfCalls(): Promise<CostOfCalls> {
  const ledger = await createLedger({
    seed: 1,
    cdps: 0,
    roundMs: 0,
    commitDelayMs: { min: 0, max: 0 },
    genesis: {
      priceDebounceSeconds: 0,
      cdps: Array.from({ length: CDPS }, () => ({ collaterals: { xUSDC: '40' }, loans: { XRD: String(DEBT_XRD) } })),
    },
  })
  try {
    const signer = await signerOn(ledger)
    ledger.control.fundAccount(signer.account, { XRD: String(CDPS * DEBT_XRD) })
    ledger.control.setPrices({ xUSDC: '140' })
    const manifests = Array.from({ length: CDPS }, (_, index) =>
      liquidationOf(`#${index + 1}#`, signer.account, ledger),
    )
    const previewMs = await cpuPerCall(manifests, (manifest) => rehearse(ledger, manifest))
    const previewAgainMs = await cpuPerCall(manifests, (manifest) => rehearse(ledger, manifest))
    const payloads: Uint8Array[] = []
    const { epoch } = ledger.tip()
    for (const manifest of manifests) {
      const window = { startEpochInclusive: epoch, endEpochExclusive: epoch + 100 }
      payloads.push(Buffer.from((await signer.sign(manifest, window)).payloadHex, 'hex'))
    }
    const submitMs = await cpuPerCall(payloads, (payload) => ledger.submit(payload))
    const { length } = ledger.control.summary().liquidations
    if (length !== CDPS) throw new Error(`${length} of ${CDPS} liquidations were committed.`)
    return { previewMs, previewAgainMs, submitMs }
  } finally {
    ledger.close()
  }
}

function signerOn({ networkId, addresses }: Ledger): Promise<WalletSigner> {
  return WalletSigner.create({
    key: accountKeyFromSeedPhrase(SEED_PHRASE, networkId, 0),
    networkId,
    targets: {
      market: ComponentAddress.parse(addresses.market),
      pool: ComponentAddress.parse(addresses.pool),
      venues: [],
    },
    xrd: ResourceAddress.parse(addresses.xrd),
    caps: {
      maxWithdrawnXrd: Decimal.parse('1000'),
      maxLockFeeXrd: Decimal.parse('25'),
      maxCompensationXrd: Decimal.ZERO,
    },
    maxSlippage: Decimal.ZERO,
    vouched: async () => () => undefined,
    closedAtMs: async () => 1_700_000_000_000,
    book: async () => undefined,
  })
}

function liquidationOf(cdpId: string, account: AccountAddress, { networkId, addresses }: Ledger): string {
  const xrd = ResourceAddress.parse(addresses.xrd)
  return buildLiquidationManifest(
    [
      { kind: 'withdraw-own', resource: xrd, amount: Decimal.parse(String(DEBT_XRD / 5)) },
      {
        kind: 'liquidate',
        cdpId: CdpId.parse(cdpId),
        payments: [xrd],
        collaterals: [ResourceAddress.parse(addresses.tokens.xUSDC)],
      },
    ],
    {
      networkId,
      account,
      lockFeeXrd: Decimal.parse('5'),
      addresses: {
        xrd,
        market: ComponentAddress.parse(addresses.market),
        pool: ComponentAddress.parse(addresses.pool),
      },
    },
  )
}

async function rehearse(ledger: Ledger, manifest: string): Promise<void> {
  const { status, errorMessage } = await ledger.preview({
    manifest,
    signerPublicKeys: [],
    useFreeCredit: true,
    assumeAllSignatureProofs: true,
    skipEpochCheck: true,
    startEpochInclusive: 0,
    endEpochExclusive: 1,
    nonce: 1,
    tipPercentage: 0,
  })
  if (status !== 'Succeeded') throw new Error(`A preview is ${status}: ${errorMessage}`)
}

async function cpuPerCall<Input>(inputs: readonly Input[], call: (input: Input) => Promise<unknown>): Promise<number> {
  for (const input of inputs.slice(0, WARM_UP)) await call(input)
  const before = process.cpuUsage()
  for (const input of inputs.slice(WARM_UP)) await call(input)
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1_000 / (inputs.length - WARM_UP)
}
