import { LedgerDataError } from '@weft/domain'
import { Decimal } from '@weft/domain/decimal'

/** An amount in a Gateway's answer, exactly. @param where names it for people. @throws {LedgerDataError} */
export function amountAt(where: string, text: string): Decimal {
  try {
    return Decimal.parse(text)
  } catch (error) {
    throw new LedgerDataError(where, error instanceof Error ? error.message : String(error), error)
  }
}
