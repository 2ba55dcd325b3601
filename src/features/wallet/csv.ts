/** Excel takes a file for UTF-8 only with this in front; LibreOffice and every reader of CSV know to leave it out. */
const byteOrderMark = '\ufeff'
const lineEnd = '\r\n'

export type Separator = ',' | ';'
export type Cell = string | number | null

/** What a spreadsheet starts to calculate at, in the widths and signs it takes for the same. */
const sign = '=+\\-@\uff1d\uff0b\uff0d\uff20\ufe62\ufe63\ufe66\ufe6b\u2212'
/** What it may leave out on the way to such a sign. */
const skipped = '\\s"\'`\\p{Cf}\\p{Cc}'
/** At the beginning, and after whatever another program than the one we write for may split a cell at. */
const formula = new RegExp(`((?:^|[,;|\\t\\r\\n])[${skipped}]*)([${sign}])`, 'gu')
const controlAtStart = /^[\t\r\n]/
const mustQuote = /[",;\t\r\n]|^\s|\s$/

/** The beginning of a file: the mark and the names of the columns. */
export const csvHead = (names: readonly string[], separator: Separator): string =>
  byteOrderMark + csvLine(names, separator)

/** One line as RFC 4180 has it. Numbers stay numbers; texts, which may come from anybody, stay texts. */
export function csvLine(cells: readonly Cell[], separator: Separator): string {
  let line = ''
  for (const [index, cell] of cells.entries()) {
    if (index > 0) line += separator
    if (typeof cell === 'number') line += cell
    else if (cell !== null) line += quoted(harmless(cell))
  }
  return line + lineEnd
}

/** An apostrophe before what a spreadsheet would calculate: it shows the text instead. */
function harmless(text: string): string {
  const guarded = text.replace(formula, "$1'$2")
  return controlAtStart.test(guarded) ? `'${guarded}` : guarded
}

const quoted = (text: string): string => (mustQuote.test(text) ? `"${text.replaceAll('"', '""')}"` : text)
