import type { Server } from 'bun'
import { AppError } from '../lib/errors'
import { securedHeaders } from './security-headers'

type Serving = Bun.Serve.Options<undefined, string> & { port: number; hostname: string }

/** Listens as we always do. @param name the setting that says where @throws AppError CONFIG_FAILED if it can't be */
export function openPort(name: string, serving: Serving): Server<undefined> {
  const { port, hostname } = serving
  try {
    return Bun.serve({
      ...serving,
      // Bun's own error page shows source and stack.
      development: false,
      // Without this a second server would share the port in silence instead of being told that it is taken.
      reusePort: false,
      error: () => new Response('Internal error', { status: 500, headers: securedHeaders({}) }),
    })
  } catch (cause) {
    const { code } = cause as { code?: string }
    const why =
      code === 'EADDRINUSE'
        ? `${name}: ${hostname}:${port} is in use: end what listens there, or choose another port (${name}=0 takes a free one)`
        : code === 'EACCES'
          ? `${name}: ${hostname}:${port} may not be used by this user`
          : `HOST: ${hostname}:${port} can’t be listened on`
    throw new AppError('CONFIG_FAILED', why, undefined, { cause })
  }
}
