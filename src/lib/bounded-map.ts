/** Keeps a value under its key, and no more than `most` of them: the one that was put in first goes. */
export function setBounded<K, V>(map: Map<K, V>, most: number, key: K, value: V): void {
  map.set(key, value)
  if (map.size > most) map.delete(map.keys().next().value!)
}
