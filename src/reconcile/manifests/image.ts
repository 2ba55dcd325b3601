const hub = 'docker.io'

/** `ghost:6` → `docker.io/library/ghost:6`: what a container runtime makes of a short name. */
function qualifyImage(image: string): string {
  const slash = image.indexOf('/')
  if (slash < 0) return `${hub}/library/${image}`
  const first = image.slice(0, slash)
  const isHost = first.includes('.') || first.includes(':') || first === 'localhost'
  if (!isHost) return `${hub}/${image}`
  const rest = image.slice(slash + 1)
  return first === hub && !rest.includes('/') ? `${hub}/library/${rest}` : image
}

/** The image in the operator's own registry, under its full name: two upstreams can't meet in one path. */
export function mirrorImage(image: string, prefix: string | undefined): string {
  const full = qualifyImage(image)
  return prefix ? `${prefix.replace(/^https?:\/\//, '').replace(/\/+$/, '')}/${full}` : full
}
