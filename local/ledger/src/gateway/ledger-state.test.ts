import { expect, test } from 'vitest'
import { gatewayTimestamp } from './ledger-state.ts'

test.each([
  ['2025-10-20T11:02:31.482Z', '2025-10-20T11:02:31.482Z'],
  ['2025-10-20T11:02:32.270Z', '2025-10-20T11:02:32.27Z'],
  ['2025-10-20T11:02:30.000Z', '2025-10-20T11:02:30Z'],
])('prints %s with the trailing zeros of its fraction trimmed', (iso, printed) => {
  expect(gatewayTimestamp(Date.parse(iso))).toBe(printed)
})
