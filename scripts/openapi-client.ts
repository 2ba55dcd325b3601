// Writes the OpenAPI document and the types of a client generated from it: what a frontend would build on.
import { join } from 'node:path'
import openapiTypescript, { astToString } from 'openapi-typescript'

const root = join(import.meta.dir, '..')
const folder = join(root, 'test/support')
export const documentPath = join(folder, 'openapi.generated.json')
const typesPath = join(folder, 'api.generated.d.ts')

export async function writeClient(): Promise<void> {
  const document = await printDocument()
  if ((await printDocument()) !== document) throw new Error('The OpenAPI document differs from run to run.')
  await Bun.write(documentPath, document)
  await Bun.write(typesPath, astToString(await openapiTypescript(document, { alphabetize: true })))
}

async function printDocument(): Promise<string> {
  const printing = Bun.spawn([process.execPath, join(root, 'src/main.ts'), 'openapi'], {
    stdout: 'pipe',
    stderr: 'inherit',
  })
  const document = await new Response(printing.stdout).text()
  if ((await printing.exited) !== 0) throw new Error('minispod openapi failed.')
  return document
}

if (import.meta.main) {
  await writeClient()
  console.log(`${documentPath}\n${typesPath}`)
}
