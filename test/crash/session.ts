import { type Answer, askUntilAnswered, type Order } from './http-client'

export interface Account {
  email: string
  password: string
}

/** Somebody signed in, who signs in again whenever the token has run out. */
export class Session {
  #token: string | undefined

  constructor(
    private readonly url: string,
    readonly account: Account,
    token?: string,
  ) {
    this.#token = token
  }

  async ask(order: Order): Promise<Answer> {
    this.#token ??= await this.#signIn()
    const token = this.#token
    const answer = await askUntilAnswered(this.url, { ...order, token })
    if (answer.status !== 401) return answer
    // Several may have found the same token too old: one of them signs in.
    if (this.#token === token) this.#token = await this.#signIn()
    return askUntilAnswered(this.url, { ...order, token: this.#token })
  }

  async #signIn(): Promise<string> {
    const { status, body } = await askUntilAnswered(this.url, {
      method: 'POST',
      path: '/auth/login',
      body: this.account,
    })
    if (status !== 200) throw new Error(`login: ${status} ${JSON.stringify(body)}`)
    return body.data.accessToken
  }
}
