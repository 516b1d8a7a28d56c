import { expect, test } from 'vitest'
import { EmfMetrics } from './emf-metrics.ts'

function captured() {
  const lines: string[] = []
  const write = (line: string) => void lines.push(line)
  return { lines, metrics: new EmfMetrics({ service: 'indexer', environment: 'stokenet', write }) }
}

test('writes one line that CloudWatch reads as metrics with unit, service and environment', () => {
  const { metrics, lines } = captured()
  metrics.count('CdpsEvaluated', 250)
  metrics.count('CdpsEvaluated', 50)
  metrics.count('LedgerAgeSeconds', 4.5)
  metrics.flush()
  expect(lines).toHaveLength(1)
  const line = JSON.parse(lines[0] ?? '')
  expect(line).toMatchObject({
    service: 'indexer',
    environment: 'stokenet',
    CdpsEvaluated: [250, 50],
    LedgerAgeSeconds: 4.5,
    _aws: {
      Timestamp: expect.any(Number),
      CloudWatchMetrics: [
        {
          Namespace: 'Weft',
          Dimensions: [['service', 'environment']],
          Metrics: [
            { Name: 'CdpsEvaluated', Unit: 'Count' },
            { Name: 'LedgerAgeSeconds', Unit: 'Seconds' },
          ],
        },
      ],
    },
  })
})

test('counts one by default, and every data point is written once', () => {
  const { metrics, lines } = captured()
  metrics.count('RunsStarted')
  metrics.flush()
  metrics.flush()
  metrics.count('RunsRefused')
  metrics.flush()
  expect(lines.map((line) => JSON.parse(line))).toMatchObject([{ RunsStarted: 1 }, { RunsRefused: 1 }])
  expect(lines[1]).not.toContain('RunsStarted')
})

test('writes what has a dimension of its own on a line of its own', () => {
  const { metrics, lines } = captured()
  metrics.count('CandidatesEnded', 1, { kind: 'stale' })
  metrics.count('CandidatesEnded', 1, { kind: 'stale' })
  metrics.count('CandidatesEnded', 1, { kind: 'liquidated' })
  metrics.count('RangesIndexed')
  metrics.flush()
  const dimensions = (extra: string[]) => ({
    CloudWatchMetrics: [expect.objectContaining({ Dimensions: [['service', 'environment', ...extra]] })],
  })
  expect(lines.map((line) => JSON.parse(line))).toMatchObject([
    { kind: 'stale', CandidatesEnded: [1, 1], _aws: dimensions(['kind']) },
    { kind: 'liquidated', CandidatesEnded: 1, _aws: dimensions(['kind']) },
    { RangesIndexed: 1, _aws: dimensions([]) },
  ])
})
