import manifest from '../package.json' with { type: 'json' }

declare const MINISPOD_COMMIT: string | undefined

export const version: string = manifest.version

/** Set when a binary is built; a checkout has none. */
export const commit: string | undefined = typeof MINISPOD_COMMIT === 'string' ? MINISPOD_COMMIT : undefined
