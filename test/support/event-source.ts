export interface ServerEvent {
  id: string
  type: string
  data: string
}

/** Server-sent events as they come. Leaving the loop closes the stream; one that says nothing for so long is an error. */
export async function* readEvents(
  url: string,
  headers: Record<string, string>,
  patienceMs: number,
): AsyncGenerator<ServerEvent> {
  const abort = new AbortController()
  const timer = setTimeout(() => abort.abort(new Error(`no end of ${url} after ${patienceMs} ms`)), patienceMs)
  try {
    const response = await fetch(url, { headers, signal: abort.signal })
    if (!response.ok || !response.body) throw new Error(`${url}: ${response.status} ${await response.text()}`)
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader()
    let text = ''
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      const blocks = (text + part.value).split('\n\n')
      text = blocks.pop() ?? ''
      for (const block of blocks) yield parseEvent(block)
    }
  } finally {
    clearTimeout(timer)
    abort.abort()
  }
}

function parseEvent(block: string): ServerEvent {
  const event: ServerEvent = { id: '', type: 'message', data: '' }
  for (const line of block.split('\n')) {
    const [, field, value = ''] = /^(\w*): ?(.*)$/.exec(line) ?? []
    if (field === 'id') event.id = value
    if (field === 'event') event.type = value
    if (field === 'data') event.data += value
  }
  return event
}
