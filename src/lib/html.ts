/** A piece of HTML that was put together here; everything else is text and is escaped when it comes into one. */
export class Html {
  constructor(readonly source: string) {}
}

const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }

export const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (character) => entities[character]!)

/** A template whose values are escaped unless they are Html themselves. */
export function html(parts: TemplateStringsArray, ...values: (string | Html | Html[])[]): Html {
  return new Html(parts.reduce((source, part, index) => source + sourceOf(values[index - 1]!) + part))
}

function sourceOf(value: string | Html | Html[]): string {
  if (typeof value === 'string') return escapeHtml(value)
  return Array.isArray(value) ? value.map(({ source }) => source).join('\n') : value.source
}

/** The URL if a browser may be sent there, else undefined: a `javascript:` link is not one. */
export function findWebUrl(url: string): string | undefined {
  if (!URL.canParse(url)) return undefined
  return /^https?:$/.test(new URL(url).protocol) ? url : undefined
}
