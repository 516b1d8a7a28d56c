import { Decimal } from '@weft/domain/decimal'
import { median, printClaims } from './claim.ts'

/**
 * `Decimal` multiply + divide against the same arithmetic on raw BigInt, same operands, in turns; the median of the ratios.
 * The raw side does what a Decimal must do, without objects and without range checks.
 */
const OPERATIONS = 200_000
const ROUNDS = 9
const ONE = 10n ** 18n

const amounts = Array.from({ length: 1_000 }, (_, index) =>
  Decimal.parse(`${index * 37 + 1}.${String(index * 7919).padStart(6, '0')}`),
)
const raw = amounts.map((amount) => amount.attos)
const at = <T>(list: readonly T[], index: number): T => list[index % list.length] as T

function decimalRound(): number {
  const startedAt = performance.now()
  let total = Decimal.ZERO
  for (let index = 0; index < OPERATIONS; index += 1)
    total = at(amounts, index)
      .times(at(amounts, index + 1))
      .dividedBy(at(amounts, index + 2))
  keep(total.attos)
  return performance.now() - startedAt
}

function rawRound(): number {
  const startedAt = performance.now()
  let total = 0n
  for (let index = 0; index < OPERATIONS; index += 1)
    total = (((at(raw, index) * at(raw, index + 1)) / ONE) * ONE) / at(raw, index + 2)
  keep(total)
  return performance.now() - startedAt
}

let kept = 0n
function keep(value: bigint): void {
  kept ^= value
}

decimalRound()
rawRound()
const pairs = Array.from({ length: ROUNDS }, () => ({ decimal: decimalRound(), raw: rawRound() }))
printClaims(
  'decimal',
  [
    {
      what: 'Decimal multiply + divide ÷ raw BigInt',
      measured: median(pairs.map((pair) => pair.decimal / pair.raw)),
      limit: 3,
      unit: '×',
    },
  ],
  {
    operations: OPERATIONS,
    decimalMs: median(pairs.map((pair) => pair.decimal)),
    rawMs: median(pairs.map((pair) => pair.raw)),
    checksum: String(kept),
  },
)
