/**
 * Reads `items` in chunks of at most `size`, all at once: the client bounds how many requests are in flight. The first failure aborts
 * the others, so that a lost range stops costing requests.
 * @returns the chunks' results in the order of the chunks.
 */
export async function inChunks<Item, Result>(
  items: readonly Item[],
  size: number,
  read: (chunk: Item[], signal: AbortSignal) => Promise<Result>,
): Promise<Result[]> {
  const stop = new AbortController()
  const starts = Array.from({ length: Math.ceil(items.length / size) }, (_, index) => index * size)
  try {
    return await Promise.all(starts.map((start) => read(items.slice(start, start + size), stop.signal)))
  } catch (error) {
    stop.abort(error)
    throw error
  }
}
