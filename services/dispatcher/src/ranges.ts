export interface IdRange {
  readonly fromId: number
  readonly toId: number
}

/** Cuts the dense id space 1…`counter` into ranges of `size` ids; the last may be shorter, no id is left out or named twice. */
export function cutRanges(counter: number, size: number): readonly IdRange[] {
  if (!Number.isSafeInteger(size) || size < 1) throw new RangeError(`A range holds at least one id, not ${size}.`)
  const ranges: IdRange[] = []
  for (let fromId = 1; fromId <= counter; fromId += size)
    ranges.push({ fromId, toId: Math.min(fromId + size - 1, counter) })
  return ranges
}
