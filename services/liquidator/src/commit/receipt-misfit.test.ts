import { type CommittedReceipt, Decimal, IntentHash } from '@weft/domain'
import { expect, test } from 'vitest'
import { ACCOUNT, anExecution, HUG, USDC, XRD } from '../../test/specimens.ts'
import { receiptMisfit } from './receipt-misfit.ts'

const dec = (text: string) => Decimal.parse(text)
/** Pays 1 000 XRD from the wallet for HUG that is sold: 30 XRD are left over, and 200 HUG are kept. */
const PLAN = {
  payment: { resource: XRD, amount: dec('1000'), fromFlashLoan: dec('0'), fromWallet: dec('1000') },
  expectedChanges: new Map([
    [XRD, dec('30')],
    [HUG, dec('200')],
  ]),
}
const RECORD = anExecution({ candidateStateVersion: 50, createdAtMs: 0 })
const AT = { tipStateVersion: 90, nowMs: 5_000, account: ACCOUNT }

function receipt(changes: Partial<CommittedReceipt> = {}): CommittedReceipt {
  return {
    intentHash: IntentHash.parse('txid_loc1specimen'),
    stateVersion: 70,
    success: true,
    feeXrd: dec('0.3'),
    changes: [
      { entity: ACCOUNT, resource: XRD, amount: dec('25') },
      { entity: ACCOUNT, resource: HUG, amount: dec('190') },
    ],
    ...changes,
  }
}

const misfit = (changes: Partial<CommittedReceipt>, at = AT) => receiptMisfit(receipt(changes), RECORD, PLAN, at)
const moved = (resource: typeof XRD, amount: string) => ({
  changes: [{ entity: ACCOUNT, resource, amount: dec(amount) }],
})

test('fits when what moved is of the size that was signed for', () => {
  expect(misfit({})).toBeUndefined()
  expect(misfit({ success: false, changes: [] })).toBeUndefined()
  // A bad trade is no lie: as much as the payment may be gone.
  expect(misfit(moved(XRD, '-900'))).toBeUndefined()
})

test.each<[string, Partial<CommittedReceipt>, string]>([
  ['from before the candidate was found', { stateVersion: 49 }, 'the candidate of 50'],
  ['from beyond the tip', { stateVersion: 91 }, 'beyond'],
  ['with a gain that nobody signed for', moved(XRD, '1000000'), '1000000 of'],
  ['with a loss beyond what was put in', moved(XRD, '-1100'), '-1100 of'],
  ['with a resource that the plan does not know', moved(USDC, '1'), USDC],
  ['with a fee below 0', { feeXrd: dec('-1') }, 'fee'],
])('does not fit %s', (_, changes, why) => {
  expect(misfit(changes)).toContain(why)
})

test('does not fit from beyond what a ledger can reach in the time, whatever tip is told', () => {
  expect(misfit({ stateVersion: 105_051 }, { ...AT, tipStateVersion: Number.MAX_SAFE_INTEGER })).toContain('beyond')
  expect(misfit({ stateVersion: 105_050 }, { ...AT, tipStateVersion: Number.MAX_SAFE_INTEGER })).toBeUndefined()
})
