import { invalid } from '../../../http/input/input'
import { findTemplateProblems, type Template } from '../../../templates'

/** A template from outside, held against all that one has to be. @throws AppError VALIDATION_ERROR with the place of every mistake */
export function checkedTemplate(candidate: unknown): Template {
  const problems = findTemplateProblems(candidate)
  if (problems.length === 0) return candidate as Template
  throw invalid(
    'body',
    problems.map(({ path, message }) => ({ path: path === '/' ? '/template' : `/template${path}`, message })),
  )
}
