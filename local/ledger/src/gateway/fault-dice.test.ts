import { expect, test } from 'vitest'
import { FaultDice } from './fault-dice.ts'
import { type FaultPlanInput, parseFaultPlan } from './fault-plan.ts'

const DATA = '/state/non-fungible/data'

function diceOf(plan: FaultPlanInput): FaultDice {
  return new FaultDice(parseFaultPlan(plan))
}

test('draws nothing from an empty plan', () => {
  expect(diceOf({}).draw(DATA)).toEqual({ delayMs: 0, lagVersions: 0, unknownShapes: [], instead: undefined })
})

test('strikes only the endpoint of the rule, and every endpoint with *', () => {
  const dice = diceOf({
    rules: [
      { endpoint: DATA, fault: { kind: 'unavailable' } },
      { endpoint: '*', fault: { kind: 'lagging-replica', versions: 3 } },
    ],
  })
  expect(dice.draw(DATA)).toMatchObject({ instead: { kind: 'unavailable' }, lagVersions: 3 })
  expect(dice.draw('/transaction/preview')).toMatchObject({ instead: undefined, lagVersions: 3 })
})

test('meets the same requests with the same faults from the same seed, others from another', () => {
  const rules: FaultPlanInput['rules'] = [{ endpoint: '*', probability: 0.3, fault: { kind: 'rate-limited' } }]
  const drawn = (seed: number) => {
    const dice = diceOf({ seed, rules })
    return Array.from({ length: 400 }, () => dice.draw(DATA).instead !== undefined)
  }
  expect(drawn(7)).toEqual(drawn(7))
  expect(drawn(7)).not.toEqual(drawn(8))
  const share = drawn(7).filter(Boolean).length / 400
  expect(share).toBeGreaterThan(0.2)
  expect(share).toBeLessThan(0.4)
})

test('spends a rule after the given number of hits', () => {
  const dice = diceOf({ rules: [{ endpoint: '*', times: 2, fault: { kind: 'dropped-connection' } }] })
  expect([1, 2, 3].map(() => dice.draw(DATA).instead?.kind)).toEqual([
    'dropped-connection',
    'dropped-connection',
    undefined,
  ])
})

test('adds latency to whatever else befalls the request, spread as the median and the 95th percentile say', () => {
  const dice = diceOf({
    rules: [
      { endpoint: '*', fault: { kind: 'latency', medianMs: 100, p95Ms: 300 } },
      { endpoint: '*', fault: { kind: 'timed-out' } },
    ],
  })
  const drawn = Array.from({ length: 4000 }, () => dice.draw(DATA))
  expect(drawn.every(({ instead }) => instead?.kind === 'timed-out')).toBe(true)
  const delays = drawn.map(({ delayMs }) => delayMs).sort((a, b) => a - b)
  expect(delays[2000]).toBeGreaterThan(92)
  expect(delays[2000]).toBeLessThan(108)
  expect(delays[3800]).toBeGreaterThan(270)
  expect(delays[3800]).toBeLessThan(330)
})

test('says in one line where a plan is wrong', () => {
  expect(() => parseFaultPlan({ rules: [{ endpoint: '*', probability: 2, fault: { kind: 'unavailable' } }] })).toThrow(
    /^The fault plan is wrong at rules\[0\]\.probability: [^\n]+$/,
  )
  expect(() => parseFaultPlan({ clockhalted: true })).toThrow(/clockhalted/)
  expect(() => parseFaultPlan([])).toThrow(/at the top/)
})
