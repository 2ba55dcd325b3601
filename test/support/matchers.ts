// Preloaded by bunfig.toml: what every test may say.
import { expect } from 'bun:test'

interface Refusable {
  status: number
  // biome-ignore lint/suspicious/noExplicitAny: answers come in every shape
  body: any
}

declare module 'bun:test' {
  interface Matchers<T> {
    /** An answer of the API that refuses: `expect(answer).toFail(402, 'INSUFFICIENT_BALANCE')`. */
    toFail(status: T extends Refusable ? number : never, code: string): void
  }
}

expect.extend({
  toFail(received: unknown, status: number, code: string) {
    const { status: given, body } = received as Refusable
    return {
      pass: given === status && body?.error?.code === code,
      message: () =>
        `expected ${this.isNot ? 'anything but ' : ''}${status} ${code}, got ${given} ${JSON.stringify(body)?.slice(0, 1_000)}`,
    }
  },
})
