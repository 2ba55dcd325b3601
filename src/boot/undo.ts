/** How to let go of what was opened, in the order in which it was. */
export type Undo = (() => unknown)[]

/** Lets everything go, also behind a step that fails. @throws what failed first */
export async function letGo(undo: Undo): Promise<void> {
  const faults: unknown[] = []
  for (const step of undo.splice(0).reverse()) {
    try {
      await step()
    } catch (fault) {
      faults.push(fault)
    }
  }
  if (faults.length > 0) throw faults[0]
}
