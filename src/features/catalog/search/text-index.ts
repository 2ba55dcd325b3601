import { FileConnection } from '../../../db/connection'
import { matchOf, wordsOf } from './words'

/** What a service is found by, the weightier first. */
export interface Texts {
  name: string
  keywords: string
  description: string
}

/** More services than this are not ranked by relevance; the catalog of a small business has a tenth of it. */
const mostRanked = 2_000
/** Questions whose answers are kept: what visitors type repeats, and ranking is the dear part of a search. */
const mostKept = 1_000

/**
 * The words of what is for sale: FTS5 in memory, made from the very rows that the answers are made from, so nothing of it can be
 * stale or lost. It ignores case and accents.
 */
export class TextIndex {
  readonly #fts = new FileConnection(':memory:')
  readonly #found = new Map<string, string[]>()

  constructor() {
    this.#fts.exec(
      `create virtual table texts using fts5(id unindexed, name, keywords, description, tokenize="unicode61 remove_diacritics 2", prefix='1 2 3')`,
    )
  }

  /** Much faster than one by one. */
  inOneGo(work: () => void): void {
    this.#fts.exec('begin')
    work()
    this.#fts.exec('commit')
  }

  add(id: string, { name, keywords, description }: Texts): void {
    this.#fts.run('insert into texts (id, name, keywords, description) values (?, ?, ?, ?)', [
      id,
      name,
      keywords,
      description,
    ])
  }

  /** Ids of what has every word of the text, or where nothing has them all, any of them: the most relevant first. */
  find(text: string): string[] {
    const words = wordsOf(text)
    if (words.length === 0) return []
    const key = words.join(' ')
    const known = this.#found.get(key)
    if (known) return known
    const all = this.#match(matchOf(words, 'AND'))
    const ids = all.length > 0 || words.length === 1 ? all : this.#match(matchOf(words, 'OR'))
    if (this.#found.size >= mostKept) this.#found.clear()
    this.#found.set(key, ids)
    return ids
  }

  #match(expression: string): string[] {
    const rows = this.#fts.all(
      'select id from texts where texts match ? order by bm25(texts, 0, 10, 5, 1), id limit ?',
      [expression, mostRanked],
    )
    return rows.map(([id]) => String(id))
  }
}
