import { expect, test } from 'vitest'
import { manifestFacts } from './manifest-facts.ts'

const ALICE = 'account_loc1alice'
const BOB = 'account_loc1bob'
const MARKET = 'component_loc1market'
const XRD = 'resource_loc1xrd'
const BADGE = 'resource_loc1badge'

test('reads who gives, who gets, what is shown and what is named from the text of a manifest', () => {
  const facts = manifestFacts(`
CALL_METHOD
    Address("${ALICE}")
    "lock_fee_and_withdraw"
    Decimal("1")
    Address("${XRD}")
    Decimal("2")
;
CALL_METHOD Address("${ALICE}") "create_proof_of_amount" Address("${BADGE}") Decimal("1");
CALL_METHOD Address("${MARKET}") "withdraw" Decimal("1");
CALL_METHOD Address("${BOB}") "try_deposit_batch_or_abort" Expression("ENTIRE_WORKTOP") Enum<0u8>();
`)
  expect([...facts.accountsWithdrawnFrom]).toEqual([ALICE])
  expect([...facts.accountsDepositedInto]).toEqual([BOB])
  expect([...facts.badgesPresented]).toEqual([BADGE])
  expect([...facts.resources].sort()).toEqual([BADGE, XRD])
  expect([...facts.accountsWithOwnerCalls]).toEqual([ALICE])
})

test('counts a plain deposit as a call that only the owner may make', () => {
  const facts = manifestFacts(`CALL_METHOD Address("${BOB}") "deposit_batch" Expression("ENTIRE_WORKTOP");`)
  expect([...facts.accountsDepositedInto]).toEqual([BOB])
  expect([...facts.accountsWithOwnerCalls]).toEqual([BOB])
})
