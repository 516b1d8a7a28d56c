const LOCK_FEE = /^\s*CALL_METHOD\s+Address\("[^"]*"\)\s+"lock_(?:contingent_)?fee"/

/** Indices of the instructions of a manifest text that lock a fee; previews attribute changes to instructions by index. */
export function lockFeeInstructions(manifest: string): ReadonlySet<number> {
  const found = new Set<number>()
  for (const [index, instruction] of instructionsOf(manifest).entries())
    if (LOCK_FEE.test(instruction)) found.add(index)
  return found
}

/** Text between semicolons, those inside quoted text not counted. */
function instructionsOf(manifest: string): string[] {
  return manifest.match(/(?:"(?:\\.|[^"\\])*"|[^";])+;/g) ?? []
}
