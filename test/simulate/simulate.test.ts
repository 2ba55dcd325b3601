import { expect, test } from 'bun:test'
import { join } from 'node:path'

const program = join(import.meta.dir, '../../scripts/simulate/index.ts')

/** In a process of its own: it takes the clocks and the chance of its process into its hands. */
async function simulate(...wishes: string[]): Promise<{ code: number; out: string; said: string }> {
  const child = Bun.spawn([process.execPath, '--no-env-file', program, ...wishes], {
    stdin: 'ignore',
    stdout: 'pipe',
    stderr: 'pipe',
  })
  const [out, said] = await Promise.all([new Response(child.stdout).text(), new Response(child.stderr).text()])
  return { code: await child.exited, out, said }
}

test('twenty businesses of a month keep every rule', async () => {
  const { code, out, said } = await simulate('--seeds', '1..20', '--days', '31', '--customers', '6')
  expect(said).toBe('')
  expect(code).toBe(0)
  expect(out).toEndWith('20 passed, 0 failed\n')
})

test('one seed makes one business, to the byte', async () => {
  const wishes = ['--seed', '4711', '--days', '20', '--customers', '15']
  const [first, second] = [await simulate(...wishes), await simulate(...wishes)]
  expect(first.said).toBe('')
  expect(first.out).toContain('1 passed, 0 failed')
  expect(second.out).toBe(first.out)
})

test('what it can’t read as a wish is refused in words', async () => {
  expect(await simulate('--days', 'many')).toEqual({ code: 2, out: '', said: '--days must be a whole number\n' })
  expect(await simulate('--seeds', '9..1')).toEqual({ code: 2, out: '', said: '--seeds must be like 1..50\n' })
})
