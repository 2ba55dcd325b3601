import { invalid } from '../../../http/input/input'
import type { Problem, Template } from '../../../templates'

/**
 * What keeps apps of one version from becoming apps of the next by an update: their volumes and their address stay, and what a
 * customer never said can't be asked for.
 */
export function findIncompatibilities(before: Template, after: Template): Problem[] {
  return [...findOtherVolumes(before, after), ...findOtherExposure(before, after), ...findUnanswerable(before, after)]
}

/** @throws AppError VALIDATION_ERROR */
export function assertCompatible(before: Template, after: Template): void {
  const problems = findIncompatibilities(before, after)
  if (problems.length > 0) throw invalid('body', problems)
}

function findOtherVolumes({ volumes: before }: Template, { volumes: after }: Template): Problem[] {
  const plain = (volumes: Template['volumes']) =>
    JSON.stringify(volumes.map(({ name, share }) => [name, share]).sort(([a], [b]) => (a! < b! ? -1 : 1)))
  if (plain(before) === plain(after)) return []
  const message = 'must have the names and shares of the version that is sold: apps keep their data on them'
  return [{ path: '/template/volumes', message }]
}

function findOtherExposure({ exposure: before }: Template, { exposure: after }: Template): Problem[] {
  if (before.kind === after.kind) return []
  return [{ path: '/template/exposure/kind', message: `must stay ${before.kind}, as the version that is sold has it` }]
}

/** An input that is needed now and was not before must have a default: nobody is there to say it when all apps are updated. */
function findUnanswerable({ inputs: before }: Template, { inputs: after }: Template): Problem[] {
  const answered = new Map(before.map((input) => [input.key, input]))
  return after.flatMap((input, index) => {
    const known = answered.get(input.key)
    const path = `/template/inputs/${index}`
    if (known && known.type !== input.type)
      return [{ path: `${path}/type`, message: `must stay ${known.type}, as the version that is sold has it` }]
    const isAnswered = known?.required === true || ('default' in input && input.default !== undefined)
    if (!input.required || isAnswered) return []
    return [{ path: `${path}/default`, message: 'is needed, as apps of the version that is sold have no value for it' }]
  })
}
