import { expect, test } from 'bun:test'
import { join } from 'node:path'
import { defects } from '../../scripts/simulate/defects'
import { root, withDefect } from '../../scripts/simulate/plant'
import { simulateAside } from '../../scripts/simulate/seeds'

test('every planted mistake changes what stands in the sources', async () => {
  for (const defect of defects) {
    for (const { file } of defect.changes) {
      const text = await Bun.file(join(root, file)).text()
      expect(withDefect(defect, file, text), `${defect.name} in ${file}`).not.toBe(text)
    }
  }
})

// All of them: npm run simulate -- --defects
test('a notification that is credited twice is found', async () => {
  const more = ['--defect', 'stale webhook credited twice']
  const { isSound, said } = await simulateAside(1, { days: 30, customers: 20 }, more)
  expect(isSound).toBe(false)
  expect(said).toMatch(/^✗ seed 1, day \d+: everybody has what the model says\ncustomer /)
})
