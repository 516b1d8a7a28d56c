import { visibleText } from '@weft/telemetry/visible-text'

/** Rows as aligned text columns under their heads; numbers are given as text already. What a cell says is text, whoever wrote it. */
export function table(heads: readonly string[], contents: readonly (readonly string[])[]): string {
  const rows = contents.map((row) => row.map(visibleText))
  const widths = heads.map((head, column) => Math.max(head.length, ...rows.map((row) => row[column]?.length ?? 0)))
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd()
  return [line(heads), ...rows.map(line), ''].join('\n')
}

/** UTC, to the second. @param ms unix milliseconds */
export function utc(ms: number): string {
  return new Date(ms).toISOString().replace(/\.\d+Z$/, 'Z')
}
