const namespace = 'http://www.w3.org/2000/svg'
const maxDepth = 16
const maxShownName = 32

/** What draws and nothing else: no style, no script, no links, nothing from elsewhere. */
const elements = new Set('svg g path rect circle ellipse line polyline polygon title text'.split(' '))
const withText = new Set(['title', 'text'])

const numbers = /^[\d\s.,eE%+-]*$/
const word = /^[A-Za-z][A-Za-z -]*$/
const paint = /^(?:#[\da-fA-F]{3,8}|[A-Za-z]{3,24})$/
const outline = /^[MmLlHhVvCcSsQqTtAaZzeE\d\s.,+-]*$/
const moves = /^(?:(?:translate|rotate|scale|skewX|skewY|matrix)\([\d\s.,eE+-]*\)\s*)*$/

const forms = new Map<string, RegExp>([
  ...names('viewBox width height x y x1 y1 x2 y2 cx cy r rx ry points opacity fill-opacity stroke-opacity', numbers),
  ...names('stroke-width stroke-miterlimit stroke-dasharray stroke-dashoffset font-size', numbers),
  ...names('fill stroke', paint),
  ...names('fill-rule clip-rule stroke-linecap stroke-linejoin text-anchor dominant-baseline font-family', word),
  ['font-weight', /^(?:bold|normal|\d{3})$/],
  ['d', outline],
  ['transform', moves],
])

function names(list: string, form: RegExp): [string, RegExp][] {
  return list.split(' ').map((name) => [name, form])
}

/**
 * What is wrong with a drawing, and from which character on; undefined where it holds shapes, lines and colours alone. It is gone through
 * once, without going back. Nothing is asked of a browser: what is not known here is refused.
 */
export function findSvgProblem(svg: string): string | undefined {
  try {
    new Drawing(svg).check()
    return undefined
  } catch (refusal) {
    if (refusal instanceof Refusal) return refusal.message
    throw refusal
  }
}

class Refusal extends Error {}

const space = /\s*/y
const name = /[A-Za-z][\w:-]*/y
const value = /"[^"<&]*"|'[^'<&]*'/y
/** What XML can hold, and not the end of a CDATA section. */
const spoken = /(?:(?!\]\]>)[\t\n\r -%'-;=-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}])*/uy

class Drawing {
  readonly #svg: string
  readonly #open: string[] = []
  #at = 0

  constructor(svg: string) {
    this.#svg = svg
  }

  check(): void {
    this.#take(space)
    do {
      if (this.#skip('</')) this.#close()
      else this.#tag()
      this.#between()
    } while (this.#open.length > 0)
    if (this.#at < this.#svg.length) this.#malformed()
  }

  #tag(): void {
    if (!this.#skip('<')) this.#malformed()
    const start = this.#at
    const element = this.#take(name)
    if (!elements.has(element) || (element === 'svg') !== (this.#open.length === 0)) {
      this.#refuse(`<${element.slice(0, maxShownName)}> is not taken`, start)
    }
    if (this.#open.length >= maxDepth) this.#refuse(`more than ${maxDepth} levels`, start)
    const given = this.#attributes(element)
    if (element === 'svg' && !(given.has('xmlns') && given.has('viewBox'))) {
      this.#refuse('<svg> needs xmlns and viewBox', start)
    }
    if (this.#skip('/>')) return
    if (!this.#skip('>')) this.#malformed()
    this.#open.push(element)
  }

  #close(): void {
    if (this.#take(name) !== this.#open.pop()) this.#malformed()
    this.#take(space)
    if (!this.#skip('>')) this.#malformed()
  }

  #attributes(element: string): Set<string> {
    const given = new Set<string>()
    for (;;) {
      const gap = this.#take(space)
      const start = this.#at
      const attribute = this.#take(name)
      if (attribute === '') return given
      if (gap === '' || given.has(attribute) || !this.#skip('=')) this.#malformed()
      const text = this.#take(value).slice(1, -1)
      if (!isTaken(element, attribute, text)) {
        this.#refuse(`${attribute.slice(0, maxShownName)} is not taken, or not so`, start)
      }
      given.add(attribute)
    }
  }

  /** Up to the next tag; words may stand where they are said or drawn. */
  #between(): void {
    const start = this.#at
    const said = this.#take(spoken)
    if (said.trim() !== '' && !withText.has(this.#open.at(-1) ?? '')) this.#refuse('no words may stand here', start)
  }

  #take(form: RegExp): string {
    form.lastIndex = this.#at
    const [found] = form.exec(this.#svg) ?? ['']
    this.#at += found.length
    return found
  }

  #skip(sign: string): boolean {
    if (!this.#svg.startsWith(sign, this.#at)) return false
    this.#at += sign.length
    return true
  }

  #malformed(): never {
    this.#refuse('not well-formed')
  }

  #refuse(what: string, at = this.#at): never {
    throw new Refusal(`Not a drawing that is taken, at character ${at + 1}: ${what}`)
  }
}

const isTaken = (element: string, attribute: string, text: string): boolean =>
  attribute === 'xmlns' ? element === 'svg' && text === namespace : forms.get(attribute)?.test(text) === true
