import { cdpIdOf, ResourceAddress } from '@weft/domain'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestCloud, type TestCloud } from '../test/cloud.ts'
import { loseAnswers } from '../test/lost-answers.ts'
import { aCandidate } from '../test/messages.ts'
import { DynamoQuarantineStore } from './dynamo-quarantine-store.ts'
import { RecordsTable } from './records-table.ts'

let cloud: TestCloud
let quarantine: DynamoQuarantineStore

beforeAll(async () => {
  cloud = await startTestCloud()
  quarantine = new DynamoQuarantineStore(new RecordsTable(cloud.dynamodb, cloud.resources.table))
})
afterAll(() => cloud?.stop())

const HUG = {
  resource: ResourceAddress.parse('resource_loc1t5kmyj54jt85malva7fxdrnpvgf'),
  why: 'moved ×10000000',
}

test('a held candidate waits for a decision, with its reasons', async () => {
  await quarantine.hold(aCandidate(1), [HUG], 1000, undefined)
  expect(await quarantine.find(cdpIdOf(1))).toMatchObject({ state: 'held', candidate: aCandidate(1), assets: [HUG] })
})

test('a CDP that is held again keeps its place and takes the newer candidate', async () => {
  await quarantine.hold(aCandidate(2), [HUG], 1000, undefined)
  const newer = { ...aCandidate(2), stateVersion: aCandidate(2).stateVersion + 9 }
  await quarantine.hold(newer, [HUG], 5000, undefined)
  expect(await quarantine.find(cdpIdOf(2))).toMatchObject({ heldSinceMs: 1000, candidate: newer })
})

test('one decision is taken per held entry, and it leaves the waiting list', async () => {
  await quarantine.hold(aCandidate(3), [HUG], 3000, undefined)
  const decisions = await Promise.all([
    quarantine.decide(cdpIdOf(3), 'released', 'ada', 4000),
    quarantine.decide(cdpIdOf(3), 'dropped', 'bob', 4000),
  ])
  expect(decisions.filter(Boolean)).toHaveLength(1)
  expect(await quarantine.find(cdpIdOf(3))).toEqual(decisions.find(Boolean))
  expect((await quarantine.held(10)).map((entry) => entry.cdpId)).not.toContain('#3#')
  expect(await quarantine.decide(cdpIdOf(3), 'dropped', 'eve', 5000)).toBeUndefined()
})

test('a decided CDP can be held anew', async () => {
  await quarantine.hold(aCandidate(4), [HUG], 1000, undefined)
  const seen = await quarantine.decide(cdpIdOf(4), 'dropped', 'ada', 2000)
  await quarantine.hold(aCandidate(4), [HUG], 9000, seen)
  expect(await quarantine.find(cdpIdOf(4))).toMatchObject({ state: 'held', heldSinceMs: 9000, decidedBy: null })
})

test.each(['released', 'dropped'] as const)('what an operator %s meanwhile is not held again', async (decision) => {
  const cdp = decision === 'released' ? 5 : 6
  await quarantine.hold(aCandidate(cdp), [HUG], 1000, undefined)
  const seen = await quarantine.find(cdpIdOf(cdp))
  const decided = await quarantine.decide(cdpIdOf(cdp), decision, 'ada', 2000)
  await quarantine.hold(aCandidate(cdp), [HUG], 2001, seen)
  expect(await quarantine.find(cdpIdOf(cdp))).toEqual(decided)
  // Neither by a worker that saw an earlier decision.
  await quarantine.hold(aCandidate(cdp), [HUG], 3000, decided)
  const later = await quarantine.decide(cdpIdOf(cdp), decision, 'bob', 4000)
  await quarantine.hold(aCandidate(cdp), [HUG], 4001, decided)
  expect(await quarantine.find(cdpIdOf(cdp))).toEqual(later)
})

test('a decision whose answer got lost is our own when it is repeated', async () => {
  const forgetful = cloud.newClients()
  loseAnswers(forgetful)
  const store = new DynamoQuarantineStore(new RecordsTable(forgetful.dynamodb, cloud.resources.table))
  await store.hold(aCandidate(8), [HUG], 1000, undefined)
  expect(await store.decide(cdpIdOf(8), 'released', 'ada', 2000)).toMatchObject({ state: 'released', decidedBy: 'ada' })
  forgetful.close()
})

test('there is nothing to decide on a CDP that was never held', async () => {
  expect(await quarantine.decide(cdpIdOf(999), 'released', 'ada', 1)).toBeUndefined()
})
