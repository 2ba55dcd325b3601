import type { TestCustomer } from '../../support/system'
import type { House } from './house'

/** The least that a route takes. */
export interface Call {
  params?: Record<string, string | number>
  query?: Record<string, string>
  /** In place of the query, as it stands. */
  rawQuery?: string
  headers?: Record<string, string>
  body?: object
  /** Sent in place of the body, as it stands. */
  text?: string
  /** Who makes the call that shall succeed, where it would lock the owner out. */
  as?: Pick<TestCustomer, 'accessToken'>
}

/** `planter`: the owner, with names in the body that the route does not ask for. */
export type Asker = 'nobody' | 'forged' | 'other' | 'missing' | 'suspended' | 'narrow' | 'planter' | 'owner' | 'token'

export interface Row {
  /**
   * A call that the owner is answered with success. Asked for again before each such answer: what a call uses up has to
   * be made anew. Left out where a route takes nothing.
   */
  call?: (house: House) => Call | Promise<Call>
  /** Path parameters that name nothing, where the word `missing` is not fit for one. */
  missing?: Record<string, string | number>
  /** Answers other than the document implies, with the reason as a comment. */
  answers?: Partial<Record<Asker, string>>
}

export type Rows = Record<string, Row>
