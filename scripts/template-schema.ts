// Writes the published JSON Schema of app templates from the one in src/templates: `bun scripts/template-schema.ts`. It is kept as a
// file because the library that it is written with costs 20 MB and 60 ms, which no running server should pay for.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { TemplateSchema } from '../src/templates/template'

export const schemaPath = join(import.meta.dir, '..', 'src', 'templates', 'template-schema.generated.json')

export const publishedSchema = (): string => {
  const schema = {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'MinisPod app template',
    description: 'How a service of the catalog becomes one pod and what is around it.',
    ...TemplateSchema,
  }
  return `${JSON.stringify(schema, undefined, 1)}\n`
}

if (import.meta.main) writeFileSync(schemaPath, publishedSchema())
