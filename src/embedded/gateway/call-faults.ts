const maxPlanned = 10_000

export type Endpoint = 'charge' | 'snap' | 'status' | 'cancel' | 'expire' | 'refund' | 'approve' | 'deny'

export type CallFault =
  /** Refused before anything is done, with this HTTP status: a gateway in front that has lost its back. */
  | { kind: 'status'; httpStatus: number }
  /** An HTML page with status 200, and nothing is done. */
  | { kind: 'html' }
  /** Never answers, and nothing is done. */
  | { kind: 'hang' }
  /** Refused in Midtrans' own words with this status code, and nothing is done. */
  | { kind: 'refused'; statusCode: number }
  /** Does as asked, and never answers; or whoever stands in front answers in its place with this HTTP status. */
  | { kind: 'lost'; httpStatus?: number }

/** What goes wrong with the next calls of an endpoint, one fault a call, in the order they were planned. */
export class CallFaults {
  readonly #planned = new Map<Endpoint, CallFault[]>()

  failNext(endpoint: Endpoint, fault: CallFault, times = 1): void {
    const planned = this.#planned.get(endpoint) ?? []
    if (planned.length + times > maxPlanned) throw new RangeError('too many faults planned')
    for (let count = 0; count < times; count++) planned.push(fault)
    this.#planned.set(endpoint, planned)
  }

  take(endpoint: Endpoint): CallFault | undefined {
    return this.#planned.get(endpoint)?.shift()
  }

  clear(): void {
    this.#planned.clear()
  }
}
