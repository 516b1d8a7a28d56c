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
