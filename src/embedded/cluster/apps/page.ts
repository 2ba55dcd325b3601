interface AppPage {
  status: number
  title: string
  sentence: string
  rows: [label: string, value: string][]
}

const style = `
:root{color-scheme:light dark}body{font:16px/1.5 system-ui,sans-serif;margin:0;min-height:100vh;display:grid;place-items:center;
background:Canvas;color:CanvasText}main{max-width:36rem;padding:2rem}h1{font-size:1.5rem;margin:0 0 .5rem}
dl{display:grid;grid-template-columns:max-content 1fr;gap:.25rem 1rem;margin:1.5rem 0 0}dt{opacity:.65}dd{margin:0;overflow-wrap:anywhere}
footer{margin-top:2rem;font-size:.85rem;opacity:.65}`

/** One page without anything from elsewhere; every value in it is escaped. */
export function renderPage({ status, title, sentence, rows }: AppPage): Response {
  const list = rows.map(([label, value]) => `<dt>${escapeHtml(label)}</dt><dd>${escapeHtml(value)}</dd>`).join('')
  const html = `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><title>${escapeHtml(title)}</title><style>${style}</style></head><body><main><h1>${escapeHtml(title)}</h1><p>${escapeHtml(sentence)}</p><dl>${list}</dl><footer>This is the embedded cluster: containers are simulated, so no app really runs here.</footer></main></body></html>`
  return new Response(html, { status, headers })
}

const headers = {
  'content-type': 'text/html; charset=utf-8',
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
}

const escapes: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }

const escapeHtml = (text: string): string => text.replaceAll(/[&<>"']/g, (char) => escapes[char]!)
