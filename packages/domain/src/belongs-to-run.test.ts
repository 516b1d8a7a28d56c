import { expect, test } from 'vitest'
import { marketSnapshotKey } from './batch-snapshot.ts'
import { refuseForeign } from './belongs-to-run.ts'
import { RunId } from './messages.ts'

const runId = RunId.parse('20261204T101500Z-4711')
const own = { runId, marketSnapshotKey: marketSnapshotKey('stokenet', runId) }

test('a message of one run is let through', () => {
  expect(() => refuseForeign(own, 4711, 'stokenet')).not.toThrow()
})

test.each([
  ['of another network', own, 4711, 'mainnet' as const],
  ['of another state version', own, 4712, 'stokenet' as const],
  ['of a state version that only ends alike', own, 711, 'stokenet' as const],
  [
    'with the snapshot of another run',
    { ...own, runId: RunId.parse('20261204T102000Z-4711') },
    4711,
    'stokenet' as const,
  ],
  ['with a snapshot from anywhere', { ...own, marketSnapshotKey: '../../etc/passwd' }, 4711, 'stokenet' as const],
])('one %s is refused', (_what, message, stateVersion, network) => {
  expect(() => refuseForeign(message, stateVersion, network)).toThrow(
    expect.objectContaining({ name: 'ForeignMessageError' }),
  )
})
