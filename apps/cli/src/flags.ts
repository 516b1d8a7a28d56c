import { UsageError } from './exit.ts'

/** Parser for a whole-number flag within bounds. @throws {UsageError} naming flag and bounds. */
export function wholeNumberFlag(flag: string, minimum: number, maximum: number): (text: string) => number {
  return (text) => {
    const value = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN
    if (!(value >= minimum && value <= maximum))
      throw new UsageError(`${flag} takes a whole number from ${minimum} to ${maximum}, not "${text}".`)
    return value
  }
}

/** Parser for a flag with a fixed set of words. @throws {UsageError} naming them. */
export function wordFlag<const Word extends string>(flag: string, words: readonly Word[]): (text: string) => Word {
  return (text) => {
    const found = words.find((word) => word === text)
    if (!found) throw new UsageError(`${flag} is one of ${words.join(', ')}, not "${text}".`)
    return found
  }
}
