const suffixes: Record<string, number> = {
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  '': 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  E: 1e18,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
  Ei: 2 ** 60,
}
const shape = /^([+-]?(?:\d+\.?\d*|\.\d+))(?:([eE][+-]?\d+)|(Ki|Mi|Gi|Ti|Pi|Ei|[numkMGTPE]))?$/

/** A Kubernetes quantity (`250m`, `1.5Gi`, `12e6`, `98765432n`) in its base unit; throws a RangeError on anything else. */
export function parseQuantity(text: string | number): number {
  const match = shape.exec(String(text))
  if (!match) throw new RangeError(`not a quantity: ${JSON.stringify(String(text).slice(0, 40))}`)
  const [, digits, exponent = '', suffix = ''] = match
  return Number(`${digits}${exponent}`) * suffixes[suffix]!
}

/** CPU in millicores, fractions kept: metrics-server counts in nanocores. */
export function parseCpu(text: string | number): number {
  const millicores = parseQuantity(text) * 1_000
  return Math.round(millicores * 1e6) / 1e6
}

/** Memory or storage in whole bytes, rounded up as Kubernetes does. */
export function parseMemory(text: string | number): number {
  return Math.ceil(parseQuantity(text))
}
