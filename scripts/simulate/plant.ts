import { join } from 'node:path'
import type { Defect } from './defects'

export const root = join(import.meta.dir, '../..')

/** The text with the mistake in it. @throws Error where the text that is to be changed does not stand there once */
export function withDefect({ name, changes }: Defect, file: string, text: string): string {
  let changed = text
  for (const { from, to } of changes.filter((change) => change.file === file)) {
    if (changed.split(from).length !== 2) throw new Error(`${name}: what it changes does not stand once in ${file}`)
    changed = changed.replace(from, () => to)
  }
  return changed
}

/** From now on this process loads the sources with the mistake in them. The files stay as they are. */
export function plant(defect: Defect): void {
  const files = [...new Set(defect.changes.map(({ file }) => file))]
  const filter = new RegExp(`/(?:${files.map((file) => file.replace(/[./]/g, '\\$&')).join('|')})$`)
  Bun.plugin({
    name: 'defect',
    setup(build) {
      build.onLoad({ filter }, async ({ path }) => {
        const file = files.find((known) => path.endsWith(known))!
        const contents = withDefect(defect, file, await Bun.file(join(root, file)).text())
        return file.endsWith('.sql') ? { exports: { default: contents }, loader: 'object' } : { contents, loader: 'ts' }
      })
    },
  })
}
