import type { PlanSize, Template } from '../../templates'

type Shared = { containers: Pick<Template['containers'][number], 'share'>[]; volumes: Template['volumes'] }

/** CPU and memory of each container, in the template's order; together exactly the plan. */
export function shareOut(
  template: Pick<Shared, 'containers'>,
  plan: PlanSize,
): { cpuMillicores: number; memoryMb: number }[] {
  const cpu = divide(
    plan.cpuMillicores,
    template.containers.map((container) => container.share.cpu),
  )
  const memory = divide(
    plan.memoryMb,
    template.containers.map((container) => container.share.memory),
  )
  return template.containers.map((_, index) => ({ cpuMillicores: cpu[index]!, memoryMb: memory[index]! }))
}

/** Megabytes of each volume; together exactly the plan's storage. */
export const shareOutStorage = (template: Pick<Shared, 'volumes'>, plan: PlanSize): number[] =>
  divide(
    plan.storageGb * 1024,
    template.volumes.map((volume) => volume.share),
  )

/** Whole parts by percent; what rounding leaves over goes to the last. */
function divide(total: number, shares: number[]): number[] {
  const parts = shares.map((share) => Math.floor((total * share) / 100))
  const rest = total - parts.reduce((sum, part) => sum + part, 0)
  return parts.map((part, index) => (index === parts.length - 1 ? part + rest : part))
}
