/** Addresses of one /16 network, handed out in order and taken back. */
class Network {
  #used = new Set<string>()
  #next: number

  constructor(
    private readonly prefix: string,
    private readonly first: number,
  ) {
    this.#next = first
  }

  take(): string | undefined {
    for (let tries = 0; tries < 65_000; tries++) {
      const host = this.#next
      this.#next = host >= 65_500 ? this.first : host + 1
      const address = `${this.prefix}.${host >> 8}.${host & 255}`
      if ((host & 255) === 0 || (host & 255) === 255 || this.#used.has(address)) continue
      this.#used.add(address)
      return address
    }
    return undefined
  }

  claim(address: string): void {
    this.#used.add(address)
  }

  release(address: string | undefined): void {
    if (address) this.#used.delete(address)
  }

  clear(): void {
    this.#used.clear()
    this.#next = this.first
  }
}

/** What a cluster hands out: Service addresses and pod addresses. */
export class Addresses {
  readonly services = new Network('10.43', 256)
  readonly pods = new Network('10.42', 1)

  clear(): void {
    this.services.clear()
    this.pods.clear()
  }
}
