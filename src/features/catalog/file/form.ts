import { type Static, t } from 'elysia'
import { type Check, checkOf } from '../../../http/input/check'
import { type InputSchema, inputSchemaOf } from '../../../http/input/input-schema'
import { IdText } from '../../../http/schema'
import { findTemplateProblems, type Template } from '../../../templates'
import { NewCategoryInput, NewPlanInput, NewServiceInput } from '../admin/schema'
import { Slug } from '../schema'

/** Of the file's form: a program refuses a form that it does not know. */
export const fileVersion = 1
/** A shop of 500 services with 1,500 plans, written out with a name a line, has about 1.3 MiB. */
export const maxFileBytes = 1536 * 1024
export const maxCategories = 200
export const maxServices = 1_000
export const maxTemplates = 200
const maxPlans = 50

const { status: _status, ...planFields } = NewPlanInput.properties
const { categoryId: _category, templateName: _template, ...serviceFields } = NewServiceInput.properties

/** A plan that is for sale: one that is not is left out. */
const PlanInFile = t.Object(planFields)
const CategoryInFile = t.Object({
  ...NewCategoryInput.properties,
  status: t.Optional(t.Union([t.Literal('ACTIVE'), t.Literal('RETIRED')])),
})
const ServiceInFile = t.Object({
  ...serviceFields,
  category: Slug,
  template: IdText,
  secretPresets: t.Optional(
    t.Array(t.String({ maxLength: 40 }), {
      maxItems: 40,
      description: 'Fixed values that are secret: an export names them, an import says which of them are missing',
    }),
  ),
  plans: t.Array(PlanInFile, { maxItems: maxPlans }),
})

export type CategoryInFile = Static<typeof CategoryInFile>
export type ServiceInFile = Static<typeof ServiceInFile>
export type PlanInFile = Static<typeof PlanInFile>

const categoryForm = inputSchemaOf(CategoryInFile)
const serviceForm = inputSchemaOf(ServiceInFile)

const templateForm: InputSchema = {
  type: 'object',
  required: ['template'],
  additionalProperties: false,
  properties: {
    status: { anyOf: [{ const: 'ACTIVE' }, { const: 'RETIRED' }] },
    template: {
      type: 'object',
      additionalProperties: true,
      description: 'As `GET /templates/schema.json` describes it',
    },
  },
}
/** A template of the operator's own. */
export interface TemplateInFile {
  status?: 'ACTIVE' | 'RETIRED'
  template: Template
}
const checkOuter = checkOf(templateForm)

const checkTemplate: Check = (value, path, problems) => {
  checkOuter(value, path, problems)
  if (problems.length > 0) return
  const found = findTemplateProblems((value as TemplateInFile).template)
  problems.push(
    ...found.map((problem) => ({ ...problem, path: `${path}/template${problem.path.replace(/^\/$/, '')}` })),
  )
}

export const checks = {
  templates: checkTemplate,
  categories: checkOf(categoryForm),
  services: checkOf(serviceForm),
}

/** What is left out is this. */
export const categoryDefaults = { translations: {}, icon: null, position: 0, status: 'ACTIVE' }
export const serviceDefaults = { ...categoryDefaults, presets: {}, secretPresets: [], customerInputs: null }
export const planDefaults = { translations: {}, quarterlyDiscountPercent: 0, yearlyDiscountPercent: 0 }

/** In the order in which they are written. */
export const categoryNames = ['slug', 'name', 'description', 'translations', 'icon', 'position', 'status']
export const serviceNames = [
  ...[
    'slug',
    'category',
    'name',
    'description',
    'translations',
    'icon',
    'type',
    'template',
    'presets',
    'secretPresets',
  ],
  ...['customerInputs', 'status', 'position'],
]
export const planNames = ['tier', ...Object.keys(planFields).filter((name) => name !== 'tier')]

const description = `What is left out of a thing is its default. Of a service that is for sale and whose licence asks for an agreement, confirmLicence says that there is one.`

/** JSON Schema of the whole file, for editors and for CI. */
export const fileSchema = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  title: 'A catalog of MinisPod',
  description,
  type: 'object',
  required: ['version', 'categories', 'services'],
  additionalProperties: false,
  properties: {
    $schema: { type: 'string', maxLength: 500 },
    version: { const: fileVersion },
    templates: { type: 'array', maxItems: maxTemplates, items: plain(templateForm) },
    categories: { type: 'array', maxItems: maxCategories, items: plain(categoryForm) },
    services: { type: 'array', maxItems: maxServices, items: plain(serviceForm) },
  },
}

/** Without our own words. */
function plain(schema: InputSchema): object {
  return JSON.parse(JSON.stringify(schema, (key, value) => (key.startsWith('x-') ? undefined : value)))
}

/** As the OpenAPI document shows it: the things themselves stand in the file's own schema. */
export const requestBody = {
  required: true,
  description: 'As `GET /catalog/file-schema` describes it',
  content: {
    'application/json': {
      schema: {
        type: 'object',
        required: ['version', 'categories', 'services'],
        additionalProperties: false,
        properties: {
          version: { type: 'integer', const: fileVersion, minimum: fileVersion, maximum: fileVersion },
          templates: { type: 'array', maxItems: maxTemplates, items: { type: 'object', additionalProperties: true } },
          categories: { type: 'array', maxItems: maxCategories, items: { type: 'object', additionalProperties: true } },
          services: { type: 'array', maxItems: maxServices, items: { type: 'object', additionalProperties: true } },
        },
        'x-max-bytes': maxFileBytes,
      },
    },
  },
}
