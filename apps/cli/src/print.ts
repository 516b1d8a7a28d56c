import { visibleLines } from '@weft/telemetry/visible-text'

/** Prints a page. Nothing in it that a terminal would obey gets through; cells and reasons made their own line breaks visible before. */
export function print(text: string): void {
  process.stdout.write(visibleLines(text))
}

/** Prints one JSON document; hostile characters in it stay spelled out, which JSON reads as the same text. */
export function printJson(value: unknown): void {
  print(`${JSON.stringify(value, null, 2)}\n`)
}
