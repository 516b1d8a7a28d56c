export interface Short<Item> {
  readonly items: readonly Item[]
  /** What broke with these. */
  readonly why: string
}

/**
 * `items` without those that it also breaks without: halves first, then smaller parts, at last one by one until none can go. Cheaper
 * than to make each action smaller as well, and what remains is the story.
 * @param breaks says what breaks, `undefined` when nothing does.
 * @returns `undefined` when nothing breaks with all of them either.
 */
export async function shortened<Item>(
  items: readonly Item[],
  breaks: (items: readonly Item[]) => Promise<string | undefined>,
  endsAtMs: number,
): Promise<Short<Item> | undefined> {
  const why = await breaks(items)
  if (why === undefined) return undefined
  let short: Short<Item> = { items, why }
  let size = Math.ceil(items.length / 2)
  while (size >= 1 && Date.now() < endsAtMs) {
    const shorter = await withoutParts(short, size, breaks, endsAtMs)
    const isDone = size === 1 && shorter.items.length === short.items.length
    short = shorter
    size = size > 1 ? Math.ceil(size / 2) : Number(!isDone)
  }
  return short
}

/** Tries to do without each part of `size` items. */
async function withoutParts<Item>(
  from: Short<Item>,
  size: number,
  breaks: (items: readonly Item[]) => Promise<string | undefined>,
  endsAtMs: number,
): Promise<Short<Item>> {
  let short = from
  let at = 0
  while (at < short.items.length && Date.now() < endsAtMs) {
    const fewer = [...short.items.slice(0, at), ...short.items.slice(at + size)]
    const why = await breaks(fewer)
    if (why === undefined) at += size
    else short = { items: fewer, why }
  }
  return short
}
