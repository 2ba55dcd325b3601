/** Words of a question that are looked for; further ones would only make it dearer. */
export const mostWords = 12
/** No word is longer in any text of a catalog. */
const longestWord = 40

/** The words of a text as anybody typed it, each once and in lower case; all else in it separates words. */
export function wordsOf(text: string): string[] {
  const words = new Set<string>()
  for (const [word] of text.matchAll(/[\p{L}\p{N}\p{M}]+/gu)) {
    words.add(word.slice(0, longestWord).toLowerCase())
    if (words.size === mostWords) break
  }
  return [...words]
}

/** For FTS5: each word as the beginning of one. Quoted, so that nothing in it is an operator of its language. */
export const matchOf = (words: string[], together: 'AND' | 'OR'): string =>
  words.map((word) => `"${word}"*`).join(` ${together} `)
