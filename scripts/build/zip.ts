import { zipSync } from 'fflate'

/**
 * A zip whose bytes depend on the files alone: entries in name order, one fixed time, plain modes. The time is given in
 * local time on purpose: zip stores it without a zone, so this is the same text everywhere.
 */
export function reproducibleZip(files: ReadonlyMap<string, Uint8Array>): Uint8Array {
  const names = [...files.keys()].sort()
  const entries = names.map((name) => [name, files.get(name) ?? new Uint8Array()] as const)
  const readableByAll = 0o100644
  return zipSync(Object.fromEntries(entries), {
    level: 9,
    mtime: new Date(1980, 0, 1),
    os: 3,
    attrs: readableByAll * 2 ** 16,
  })
}
