export interface RingKey {
  /** Goes with whatever was made with the key, in clear. */
  id: string
  key: Uint8Array
}

/** Keys in the order of their age: the newest makes, every one still reads. May change while the process runs. */
export interface KeyRing {
  newest(): RingKey
  find(id: string): RingKey | undefined
  /** Newest first. */
  all(): readonly RingKey[]
}

/** A ring that stays as it is. */
export function fixedRing(keys: readonly RingKey[]): KeyRing {
  const [newest] = keys
  if (!newest) throw new RangeError('a key ring needs a key')
  const byId = new Map(keys.map((key) => [key.id, key]))
  return { newest: () => newest, find: (id) => byId.get(id), all: () => keys }
}
