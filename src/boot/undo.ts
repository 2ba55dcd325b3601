/** How to let go of what was opened, in the order in which it was. */
export type Undo = (() => unknown)[]

export async function letGo(undo: Undo): Promise<void> {
  for (const step of undo.splice(0).reverse()) await step()
}
