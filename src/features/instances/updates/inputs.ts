import type { InputValues, Template } from '../../../templates'
import { checkInputs } from '../desire'

/**
 * The values of an app for another version of its template: what it has stays, what is new takes its default or what was submitted,
 * and what is submitted of the others is a change like any. @throws AppError VALIDATION_ERROR
 */
export function inputsAfter(
  { before, after }: { before: Template; after: Template },
  current: InputValues,
  submitted: Record<string, unknown>,
): InputValues {
  const had = new Set(before.inputs.map(({ key }) => key))
  const fresh = after.inputs.filter(({ key }) => !had.has(key))
  const isFresh = new Set(fresh.map(({ key }) => key))
  const split = (mine: boolean) =>
    Object.fromEntries(Object.entries(submitted).filter(([key]) => isFresh.has(key) === mine))
  // Which of them belong together is looked at once all of them are there.
  const alone = { ...after, inputs: fresh.map((input) => ({ ...input, together: [] })) }
  const added = checkInputs(alone, split(true))
  const kept = Object.fromEntries(
    after.inputs.filter(({ key }) => key in current).map(({ key }) => [key, current[key]!]),
  )
  return checkInputs(after, split(false), { ...kept, ...withDefaults(after, kept), ...added })
}

/** What becomes required gets its default where the app has no value of its own. */
function withDefaults({ inputs }: Template, kept: InputValues): InputValues {
  const missing = inputs.filter(({ key, required }) => required && !(key in kept))
  return Object.fromEntries(
    missing.flatMap((input) => ('default' in input && input.default !== undefined ? [[input.key, input.default]] : [])),
  )
}
