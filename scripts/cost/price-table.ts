import { readFileSync } from 'node:fs'
import { Decimal } from '@weft/domain/decimal'
import { z } from 'zod'

const amount = z
  .string()
  .regex(/^\d+(\.\d{1,18})?$/, 'expected plain decimal text')
  .transform((text) => Decimal.parse(text))

const Price = z.strictObject({
  usd: amount,
  unit: z.string().min(1),
  /** When the price was looked up or remembered. */
  date: z.iso.date(),
  source: z.string().min(10),
  /** Compared with a quotation of AWS's list, as opposed to remembered. */
  verified: z.boolean(),
})
export type Price = z.infer<typeof Price>

const PriceFile = z.strictObject({
  schemaVersion: z.literal(1),
  currency: z.literal('USD'),
  note: z.string(),
  regions: z.record(z.string(), z.record(z.string(), Price)),
})

const AssumptionFile = z.strictObject({
  schemaVersion: z.literal(1),
  note: z.string(),
  values: z.record(z.string(), z.strictObject({ value: amount, unit: z.string().min(1), source: z.string().min(4) })),
})

/** A price or an assumption that the calculation needs is not in its file. */
export class PriceMissingError extends Error {
  override readonly name = 'PriceMissingError'
}

/** Prices of one region. */
export class PriceTable {
  readonly region: string
  readonly #prices: Readonly<Record<string, Price>>

  private constructor(region: string, prices: Readonly<Record<string, Price>>) {
    this.region = region
    this.#prices = prices
  }

  /** @throws {PriceMissingError} when the file does not know the region. */
  static read(region: string, file: URL = new URL('prices.json', import.meta.url)): PriceTable {
    const { regions } = PriceFile.parse(JSON.parse(readFileSync(file, 'utf8')))
    const prices = regions[region]
    if (prices === undefined)
      throw new PriceMissingError(
        `scripts/cost/prices.json has no prices for ${region}, only for ${Object.keys(regions).join(', ')}; add the region with date and source.`,
      )
    return new PriceTable(region, prices)
  }

  /** @throws {PriceMissingError} */
  of(item: string): Price {
    const price = this.#prices[item]
    if (price === undefined)
      throw new PriceMissingError(`prices.json has no ${item} for ${this.region}; add it with date and source.`)
    return price
  }
}

export type Assume = (name: string) => Decimal

/** @returns the reader of assumptions.json. @throws {PriceMissingError} for a name that is not there. */
export function readAssumptions(file: URL = new URL('assumptions.json', import.meta.url)): Assume {
  const { values } = AssumptionFile.parse(JSON.parse(readFileSync(file, 'utf8')))
  return (name) => {
    const assumption = values[name]
    if (assumption === undefined)
      throw new PriceMissingError(`assumptions.json has no ${name}; add it with its source.`)
    return assumption.value
  }
}
