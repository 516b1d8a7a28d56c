import type { OperatingMode } from '@weft/domain'
import { expect, test } from 'vitest'
import { killSwitch } from './kill-switch.ts'

const saying = (mode: OperatingMode) => ({ mode: async () => mode })

test('stops everything while an operator has paused it', async () => {
  expect(await killSwitch(saying('paused'))).toEqual({ kind: 'stop', outcome: { kind: 'paused' } })
})

test.each(['live', 'dry-run'] as const)('lets a candidate pass in %s and says which mode it is', async (mode) => {
  expect(await killSwitch(saying(mode))).toEqual({ kind: 'pass', value: mode })
})
