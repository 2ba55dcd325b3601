import { expect, test } from 'bun:test'
import manifest from '../../package.json' with { type: 'json' }

test('docs/dependencies.md says of each dependency, and of no other, why it is there', async () => {
  const text = await Bun.file(`${import.meta.dir}/../../docs/dependencies.md`).text()
  const told = [...text.matchAll(/^- \*\*(.+?)\*\* — \S/gm)].map(([, name]) => name!)
  const had = [...Object.keys(manifest.dependencies), ...Object.keys(manifest.devDependencies)]
  expect(told.toSorted()).toEqual(had.toSorted())
})
