import type { TSchema } from '@sinclair/typebox'

/** What a route may answer, by status. */
export type Answers = Readonly<Record<string, TSchema>>

const place = 'x-answers'

/**
 * Takes a route's answers out of Elysia's hands, which would check and copy every one of them: a third of the time of a small
 * read. The document describes them all the same, and tests hold what is sent against them (test/support/answer-check.ts).
 */
export function keepAnswers(route: { response?: unknown; detail?: object }): void {
  if (route.response === undefined) return
  route.detail = { ...route.detail, [place]: route.response }
  delete route.response
}

/** Undefined for a route that stands in no document. */
export const answersOf = ({ hooks }: { hooks: { detail?: object } }): Answers | undefined =>
  (hooks.detail as { [place]?: Answers } | undefined)?.[place]
