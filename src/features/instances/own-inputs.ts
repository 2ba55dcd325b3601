import { invalid } from '../../http/input/input'
import type { Template } from '../../templates'
import { isForCustomer } from '../catalog'

/** What the operator has fixed, or kept to themselves, is not the owner's to set. @throws AppError VALIDATION_ERROR */
export function assertOwnInputs(
  template: Template,
  customerInputs: readonly string[] | null,
  config: Record<string, unknown>,
): void {
  const problems = template.inputs
    .filter((input) => Object.hasOwn(config, input.key) && !isForCustomer(input, customerInputs))
    .map(({ key }) => ({ path: `/config/${key}`, message: 'is set by the operator' }))
  if (problems.length > 0) throw invalid('body', problems)
}
