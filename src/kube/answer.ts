import { tooLarge } from './errors'

/** The whole body, counted as it comes: an announced length may be missing. */
export async function readText(response: Response, maxBytes: number): Promise<string> {
  const announced = Number(response.headers.get('content-length') ?? 0)
  if (announced > maxBytes) {
    await response.body?.cancel()
    throw tooLarge('the answer of the API server', maxBytes)
  }
  if (announced > 0 || !response.body) return response.text()
  const reader = response.body.getReader()
  const decoder = new TextDecoder()
  let text = ''
  let size = 0
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    size += part.value.byteLength
    if (size > maxBytes) {
      await reader.cancel()
      throw tooLarge('the answer of the API server', maxBytes)
    }
    text += decoder.decode(part.value, { stream: true })
  }
  return text + decoder.decode()
}
