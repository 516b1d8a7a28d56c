import { readFileSync } from 'node:fs'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { describe, expect, test } from 'vitest'
import * as z from 'zod'
import { specimenReport } from '../../test/report.ts'
import { StackReport } from './report.ts'
import { verdictOf } from './verdict.ts'

const published: object = JSON.parse(
  readFileSync(new URL('../../../../docs/report.schema.json', import.meta.url), 'utf8'),
) as object

test('the published schema is the one that reports are held to', () => {
  expect(published).toEqual(JSON.parse(JSON.stringify(z.toJSONSchema(StackReport))))
})

test('a report passes the published schema, and one with a misspelt field does not', () => {
  const validate = new Ajv2020().compile(published)
  const report = { ...specimenReport(), verdict: { passed: true, problems: [] } }
  expect(validate(report)).toBe(true)
  expect(validate({ ...report, gatewayRequest: 1 })).toBe(false)
})

describe('the verdict', () => {
  const expectation = { liquidations: 'some' } as const
  const NONE: ReadonlyMap<string, string> = new Map()

  test('passes when everything is accounted for', () => {
    expect(verdictOf(specimenReport(), NONE, expectation)).toEqual({ passed: true, problems: [] })
  })

  test('names a CDP that stayed liquidatable without a reason, and forgives one with a reason', () => {
    const report = specimenReport()
    const withReason = { ...report, ledger: { ...report.ledger, reasons: { '#2#': 'unprofitable: dust' } } }
    const overdue = new Map([
      ['#1#', 'stale recovered'],
      ['#2#', 'unprofitable dust'],
    ])
    expect(verdictOf(withReason, overdue, expectation).problems).toEqual([
      '#1# stayed liquidatable for more than 2 cadences and no outcome says why (last: stale recovered).',
    ])
  })

  test('notices a lost message, one that is left over and one that was dead-lettered', () => {
    const report = specimenReport()
    const queues = (liquidation: object) => ({
      ...report,
      queues: { ...report.queues, liquidation: { ...report.queues.liquidation, ...liquidation } },
    })
    expect(verdictOf(queues({ sent: 8 }), NONE, expectation).problems).toEqual([expect.stringContaining('was sent 8')])
    expect(verdictOf(queues({ sent: 8, leftOver: 1 }), NONE, expectation).problems).toEqual([
      expect.stringContaining('still holds 1'),
    ])
    expect(verdictOf(queues({ sent: 8, deadLettered: 1 }), NONE, expectation).problems).toEqual([
      expect.stringContaining('dead-lettered 1'),
    ])
  })

  test('notices every double effect', () => {
    const report = specimenReport()
    const ledger = { ...report.ledger, duplicateIntents: 2, liquidatedTwiceInOneExcursion: ['#9#'] }
    expect(verdictOf({ ...report, ledger }, NONE, expectation).problems).toHaveLength(2)
  })

  test("holds the run to the scenario's own expectation", () => {
    const report = specimenReport()
    expect(verdictOf(report, NONE, { liquidations: 'none' }).passed).toBe(false)
    expect(verdictOf(report, NONE, { liquidations: 'some', outcomes: ['quarantined'] }).passed).toBe(false)
    expect(verdictOf(report, NONE, { liquidations: 'some', minStale: 1 }).passed).toBe(false)
    expect(verdictOf(report, NONE, { liquidations: 'some', untrusted: ['HUG'], badDebt: true }).problems).toHaveLength(
      2,
    )
    expect(verdictOf(report, NONE, { liquidations: 'some', refusedRuns: true }).passed).toBe(false)
    // Seven of a hundred at once, 84 a minute.
    expect(verdictOf(report, NONE, { liquidations: 'some', minLiquidatableShare: 0.07 }).passed).toBe(true)
    expect(verdictOf(report, NONE, { liquidations: 'some', minLiquidatableShare: 0.08 }).problems).toEqual([
      '7.0 % of the CDPs were liquidatable at once; at least 8.0 % expected.',
    ])
    expect(verdictOf(report, NONE, { liquidations: 'some', minCandidatesPerMinute: 84 }).passed).toBe(true)
    expect(verdictOf(report, NONE, { liquidations: 'some', minCandidatesPerMinute: 85 }).problems).toEqual([
      '84 CDPs a minute became candidates; at least 85 expected.',
    ])
    const quiet = { ...report, ledger: { ...report.ledger, liquidationsCommitted: 0 } }
    expect(verdictOf(quiet, NONE, { liquidations: 'some' }).passed).toBe(false)
    expect(verdictOf(quiet, NONE, { liquidations: 'none' }).passed).toBe(true)
  })
})
