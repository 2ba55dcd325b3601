import { qualifyImage } from '../../templates'

/** The image in the operator's own registry, under its full name: two upstreams can't meet in one path. */
export function mirrorImage(image: string, prefix: string | undefined): string {
  const full = qualifyImage(image)
  return prefix ? `${prefix.replace(/^https?:\/\//, '').replace(/\/+$/, '')}/${full}` : full
}
