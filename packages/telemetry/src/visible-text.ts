/**
 * Characters that do something to a terminal or a reader instead of being read: controls, DEL, C1 controls, and marks that turn the
 * direction of text round. A ledger, a Gateway or a CDP's owner may have put them into a name or an error message.
 */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the ones that must not come through
const INVISIBLE = /[\u0000-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g

/** `text` with every such character spelled as `\uXXXX`: what a person sees is all there is. Line breaks and tabs are spelled too. */
export function visibleText(text: string): string {
  return text.replace(INVISIBLE, spelled)
}

/** As {@link visibleText}, but our own line breaks stay: for a whole printed page whose cells were made visible before. */
export function visibleLines(text: string): string {
  return text.replace(INVISIBLE, (character) => (character === '\n' ? character : spelled(character)))
}

/** Such an escape means the same inside JSON text, so a line of JSON stays what it was. */
function spelled(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
}
