import { wordlist } from '@scure/bip39/wordlists/english.js'

/** The shortest phrase that BIP-39 knows. */
const SHORTEST_PHRASE = 12

/** A line break or tab as JSON spells it, or a word. The first alternative keeps the `n` of `\n` from becoming part of a word. */
const WORD = /\\[nrt]|[A-Za-z]+/g

/** What may stand between two words of one phrase: blanks, numbers of a list, quotes, commas, brackets, spelled line breaks. */
const GAP = /^(?:[\s\d.,;:'"()[\]*#_\-–—|/]|\\[nrt"\\])*$/
const LONGEST_GAP = 16

let known: ReadonlySet<string> | undefined

/**
 * `text` with `replacement` in place of everything that reads as a BIP-39 seed phrase: twelve or more words of its English list in a row,
 * on one line or several, numbered, in capitals or as a JSON array. Ordinary prose never has so many of these words together.
 */
export function withoutSeedPhrases(text: string, replacement: string): string {
  known ??= new Set(wordlist)
  let clean = ''
  let copiedTo = 0
  let run: { from: number; to: number; words: number } | undefined
  const close = () => {
    if (run && run.words >= SHORTEST_PHRASE) {
      clean += text.slice(copiedTo, run.from) + replacement
      copiedTo = run.to
    }
    run = undefined
  }
  for (const { 0: word, index } of text.matchAll(WORD)) {
    if (word.startsWith('\\')) continue
    const end = index + word.length
    if (run && !isGap(text.slice(run.to, index))) close()
    if (!known.has(word.toLowerCase())) close()
    else if (run) run = { from: run.from, to: end, words: run.words + 1 }
    else run = { from: index, to: end, words: 1 }
  }
  close()
  return clean + text.slice(copiedTo)
}

function isGap(between: string): boolean {
  return between.length <= LONGEST_GAP && GAP.test(between)
}
