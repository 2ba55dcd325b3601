const hub = 'docker.io'
const maxHostLength = 253
const maxNameLength = 255
const maxReferenceLength = 512

/** No space, and nothing that a shell would read. */
const plainForm = /^[A-Za-z0-9._:@/-]+$/
const badForm = 'must be an image such as registry.example.com/team/app:1.2, its name in lower case'
const hostPart = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/
const pathPart = /^[a-z0-9]+(?:(?:\.|__?|-+)[a-z0-9]+)*$/
const tagForm = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/
const digestForm = /^sha256:[0-9a-f]{64}$/

/** `ghost:6` → `docker.io/library/ghost:6`: what a container runtime makes of a short name. */
export function qualifyImage(image: string): string {
  const slash = image.indexOf('/')
  if (slash < 0) return `${hub}/library/${image}`
  const first = image.slice(0, slash)
  const isHost = first.includes('.') || first.includes(':') || first === 'localhost'
  if (!isHost) return `${hub}/${image}`
  const rest = image.slice(slash + 1)
  return first === hub && !rest.includes('/') ? `${hub}/library/${rest}` : image
}

/** Why a text is no image that may be pulled, or nothing. A registry has a name: no address leads into the operator's own network. */
export function checkImage(image: string): string | undefined {
  if (image.length > maxReferenceLength) return `must have 1 to ${maxReferenceLength} characters`
  if (!plainForm.test(image)) return badForm
  const { name, tag, digest } = partsOf(qualifyImage(image))
  const [host = '', ...path] = name.split('/')
  if (!isRegistryHost(host)) return 'must name its registry by a host name in lower case, with a port or without'
  if (name.length > maxNameLength || !path.every((part) => pathPart.test(part))) return badForm
  if (tag === undefined && digest === undefined) return 'must have a tag or a digest'
  if (tag !== undefined && !tagForm.test(tag)) return 'must have a tag of letters, digits, dots, dashes and underscores'
  if (digest !== undefined && !digestForm.test(digest)) return 'must have a digest of sha256: and 64 hexadecimal digits'
  return undefined
}

/** A DNS name of two labels or more, with a port or without: no `localhost`, no address. */
export function isRegistryHost(text: string): boolean {
  const [host = '', port, ...rest] = text.split(':')
  if (rest.length > 0 || host.length > maxHostLength) return false
  if (port !== undefined && !(/^[1-9]\d{0,4}$/.test(port) && Number(port) <= 65_535)) return false
  const labels = host.split('.')
  return labels.length > 1 && labels.every((label) => hostPart.test(label)) && !/^\d+$/.test(labels.at(-1)!)
}

/** The tag of an image, if it has one. */
export const tagOf = (image: string): string | undefined => partsOf(image).tag

function partsOf(image: string): { name: string; tag?: string; digest?: string } {
  const at = image.indexOf('@')
  const digest = at < 0 ? {} : { digest: image.slice(at + 1) }
  const named = at < 0 ? image : image.slice(0, at)
  const colon = named.indexOf(':', named.lastIndexOf('/') + 1)
  return colon < 0
    ? { name: named, ...digest }
    : { name: named.slice(0, colon), tag: named.slice(colon + 1), ...digest }
}
