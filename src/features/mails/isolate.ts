/** Scripts that run from right to left. */
const rightToLeft =
  /[\p{Script=Arabic}\p{Script=Hebrew}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}\p{Script=Adlam}\p{Script=Samaritan}\p{Script=Mandaic}]/u
const controls = /[\u202a-\u202e\u2066-\u2069\u200e\u200f\u061c]/g
const firstStrong = '\u2068'
const end = '\u2069'

/** A text of somebody's in the midst of ours: it runs in its own direction, and turns nothing of ours around. */
export function isolate(text: string): string {
  const plain = text.replace(controls, '')
  return rightToLeft.test(plain) && !/^https?:\/\//.test(plain) ? `${firstStrong}${plain}${end}` : plain
}

/** The same for every text in a mail's data. */
export function isolateAll<T>(data: T): T {
  if (typeof data === 'string') return isolate(data) as T
  if (Array.isArray(data)) return data.map(isolateAll) as T
  if (typeof data !== 'object' || data === null) return data
  return Object.fromEntries(Object.entries(data).map(([name, value]) => [name, isolateAll(value)])) as T
}
