import { familyOf } from '../lib/ip-ranges'

/** Whom an address stands for: version 4 itself; of version 6 the block of 64 bits, in which one host may take any. */
export function networkOf(address: string): string {
  if (!address.includes(':') || familyOf(address) !== 'ipv6') return address
  const [before = '', after = ''] = address.split('::')
  const [head, tail] = [groupsOf(before), groupsOf(after)]
  // A last part with dots is two groups.
  const missing = 8 - head.length - tail.length - (address.includes('.') ? 1 : 0)
  return `${[...head, ...Array<string>(Math.max(missing, 0)).fill('0'), ...tail].slice(0, 4).join(':')}/64`
}

const groupsOf = (text: string): string[] =>
  text === '' ? [] : text.split(':').map((group) => group.toLowerCase().replace(/^0+(?=.)/, ''))
