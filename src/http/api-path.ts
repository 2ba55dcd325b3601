/** Where the API stands; outside of it are probes, pages and the document. */
export const apiPrefix = '/api'

/** The versions that are spoken beside the newest: their paths stand under one more word. Today they say the same. */
const versions = ['v1']

export const apiServers = [
  { url: apiPrefix, description: 'Newest version' },
  ...versions.map((version) => ({ url: `${apiPrefix}/${version}`, description: `Version ${version.slice(1)}` })),
]

const versioned = new RegExp(`^${apiPrefix}/(?:${versions.join('|')})(?=[/?]|$)`)

/**
 * Takes the version off a request's path, for everything that looks at it from here on: routes, limits, keys, log. A copy
 * under another URL would cost every such call its body and the news that the caller has gone.
 */
export function takeVersionOff(request: Request): void {
  const { url } = request
  const start = url.indexOf('/', url.indexOf('://') + 3)
  // Nearly all come without: they pay for one comparison.
  if (!url.startsWith(`${apiPrefix}/v`, start)) return
  const path = url.slice(start)
  const newest = path.replace(versioned, apiPrefix)
  if (newest !== path) Object.defineProperty(request, 'url', { value: url.slice(0, start) + newest })
}

/** A path of the API as the document writes it. */
export const withoutPrefix = (path: string): string =>
  path.startsWith(`${apiPrefix}/`) ? path.slice(apiPrefix.length) : path
