import type { JobContext, JobKind } from './job-kind'

/** How long a job that was told to stop may take to do so; after that it is no longer waited for. */
const abortGraceMs = 1_000

export class DeadlineExceeded extends Error {
  override readonly name = 'DeadlineExceeded'

  constructor(ms: number) {
    super(`did not end within ${ms} ms`)
  }
}

export type RunResult = { ok: true } | { ok: false; error: unknown }

/**
 * Runs one attempt until it ends, its deadline passes or `abort` fires. An aborted attempt has failed whatever it returns:
 * a function that merely stops early when told to has not done its work.
 */
export async function runAttempt(
  kind: JobKind,
  payload: object,
  context: Omit<JobContext, 'signal'>,
  abort: AbortController,
): Promise<RunResult> {
  const { signal } = abort
  const timer = setTimeout(() => abort.abort(new DeadlineExceeded(kind.deadlineMs)), kind.deadlineMs)
  const cut = whenAborted(signal)
  try {
    const work = endOf(kind, payload, { ...context, signal })
    const result = await Promise.race([work, cut.promise])
    return signal.aborted ? { ok: false, error: signal.reason } : result
  } finally {
    clearTimeout(timer)
    cut.forget()
  }
}

async function endOf(kind: JobKind, payload: object, context: JobContext): Promise<RunResult> {
  try {
    await kind.run(payload, context)
    return { ok: true }
  } catch (error) {
    return { ok: false, error }
  }
}

function whenAborted(signal: AbortSignal): { promise: Promise<RunResult>; forget(): void } {
  let timer: ReturnType<typeof setTimeout> | undefined
  const { promise, resolve } = Promise.withResolvers<RunResult>()
  const begin = () => {
    timer = setTimeout(() => resolve({ ok: false, error: signal.reason }), abortGraceMs)
  }
  if (signal.aborted) begin()
  else signal.addEventListener('abort', begin, { once: true })
  return {
    promise,
    forget() {
      signal.removeEventListener('abort', begin)
      clearTimeout(timer)
    },
  }
}
