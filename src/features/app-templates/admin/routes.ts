import { Elysia, t } from 'elysia'
import { accessControl } from '../../../http/access'
import { once } from '../../../http/idempotency'
import { expectedTags, tagged } from '../../../http/precondition'
import { Answer, guarded, ListAnswer, listed, ok, pageOf } from '../../../http/schema'
import type { Parts } from '../../../parts'
import { beginTrial, getTrial } from '../trials/begin'
import { changeTemplate, deleteDraft, deleteTemplate } from './change'
import { checkedTemplate } from './checked'
import { previewVersion } from './preview'
import { publishVersion } from './publish'
import { getAnyTemplate, getWholeVersion, listAllTemplates, listVersions } from './read'
import {
  AdminTemplateView,
  PreviewView,
  PublishInput,
  TemplateChangeInput,
  TemplateParams,
  TemplatesQuery,
  TemplateVersionView,
  TrialParams,
  TrialView,
  TryInput,
  UploadInput,
  VersionParams,
  VersionsQuery,
  WholeVersionView,
} from './schema'
import { uploadTemplate } from './upload'

const tags = ['Templates']
const stale = ['PRECONDITION_REQUIRED', 'PRECONDITION_FAILED'] as const
const repeated = ['IDEMPOTENCY_CONFLICT', 'REQUEST_IN_PROGRESS'] as const

export const adminTemplateRoutes = (parts: Parts) =>
  new Elysia({ prefix: '/admin/templates', tags })
    .use(accessControl(parts.authenticate))
    .get(
      '/',
      async ({ query }) => {
        const page = pageOf(query)
        const { rows, total } = await listAllTemplates(parts.db.read, query, page)
        return listed(rows, page, total)
      },
      {
        access: 'admin',
        query: TemplatesQuery,
        response: { 200: ListAnswer(AdminTemplateView), ...guarded() },
        detail: { operationId: 'admin_templates', summary: 'All templates, the program’s and your own' },
      },
    )
    .post(
      '/',
      ({ actor, body: { template, note }, request }) => {
        const named = request.headers.get('if-match')?.trim()
        const wanted = { template: checkedTemplate(template), note, expected: () => expectedTags(request), named }
        const call = { request, actor, body: { template, note } }
        return once(parts, call, 201, (tx) => uploadTemplate(parts, tx, actor, wanted))
      },
      {
        access: 'admin',
        body: UploadInput,
        response: { 201: Answer(WholeVersionView), ...guarded('CONFLICT', 'INVALID_STATE', ...stale, ...repeated) },
        detail: {
          operationId: 'admin_upload_template',
          summary: 'Add a template, or the next version of your own, as a draft',
          description:
            'For a name that is there already `If-Match` names the template’s ETag. Every mistake is told with its place; nobody is sold a draft.',
        },
      },
    )
    .get(
      '/:templateName',
      async ({ params, set }) => tagged(set, await getAnyTemplate(parts.db.read, params.templateName)),
      {
        access: 'admin',
        params: TemplateParams,
        response: { 200: Answer(AdminTemplateView), ...guarded('NOT_FOUND') },
        detail: { operationId: 'admin_template', summary: 'One template; its ETag is what a change has to name' },
      },
    )
    .put(
      '/:templateName',
      async ({ actor, params, body, request, set }) => {
        const change = { expected: expectedTags(request), status: body.status }
        return tagged(set, await parts.db.write((tx) => changeTemplate(parts, tx, actor, params.templateName, change)))
      },
      {
        access: 'admin',
        params: TemplateParams,
        body: TemplateChangeInput,
        response: { 200: Answer(AdminTemplateView), ...guarded('NOT_FOUND', ...stale) },
        detail: {
          operationId: 'admin_update_template',
          summary: 'Retire a template or bring it back',
          description: 'A retired one can be had by no further service; services that have it go on.',
        },
      },
    )
    .delete(
      '/:templateName',
      async ({ actor, params, request }) => {
        const expected = expectedTags(request)
        await parts.db.write((tx) => deleteTemplate(parts, tx, actor, params.templateName, expected))
        return ok(null)
      },
      {
        access: 'admin',
        params: TemplateParams,
        response: { 200: Answer(t.Null()), ...guarded('NOT_FOUND', 'INVALID_STATE', ...stale) },
        detail: { operationId: 'admin_delete_template', summary: 'Delete a template of yours that was never used' },
      },
    )
    .get(
      '/:templateName/trials/:trialId',
      async ({ params }) => ok(await getTrial(parts.db.read, params.templateName, params.trialId)),
      {
        access: 'admin',
        params: TrialParams,
        response: { 200: Answer(TrialView), ...guarded('NOT_FOUND') },
        detail: { operationId: 'admin_template_trial', summary: 'What was seen of a version that was tried' },
      },
    )
    .use(versionRoutes(parts))

const versionRoutes = (parts: Parts) =>
  new Elysia({ prefix: '/:templateName/versions', tags })
    .use(accessControl(parts.authenticate))
    .get(
      '/',
      async ({ params, query }) => {
        const page = pageOf(query)
        const { rows, total } = await listVersions(parts.db.read, params.templateName, query, page)
        return listed(rows, page, total)
      },
      {
        access: 'admin',
        params: TemplateParams,
        query: VersionsQuery,
        response: { 200: ListAnswer(TemplateVersionView), ...guarded('NOT_FOUND') },
        detail: { operationId: 'admin_template_versions', summary: 'The versions of a template, the newest first' },
      },
    )
    .get(
      '/:version',
      async ({ params }) => ok(await getWholeVersion(parts.db.read, params.templateName, params.version)),
      {
        access: 'admin',
        params: VersionParams,
        response: { 200: Answer(WholeVersionView), ...guarded('NOT_FOUND') },
        detail: { operationId: 'admin_template_version', summary: 'One version with all that it says' },
      },
    )
    .delete(
      '/:version',
      async ({ actor, params, request }) => {
        const expected = expectedTags(request)
        await parts.db.write((tx) => deleteDraft(parts, tx, actor, params, expected))
        return ok(null)
      },
      {
        access: 'admin',
        params: VersionParams,
        response: { 200: Answer(t.Null()), ...guarded('NOT_FOUND', 'INVALID_STATE', ...stale) },
        detail: { operationId: 'admin_delete_template_version', summary: 'Delete a draft' },
      },
    )
    .post(
      '/:version/preview',
      async ({ params, body }) => ok(await previewVersion(parts, parts.db.read, params, body)),
      {
        access: 'admin',
        params: VersionParams,
        body: TryInput,
        response: { 200: Answer(PreviewView), ...guarded('NOT_FOUND') },
        detail: {
          operationId: 'admin_preview_template',
          summary: 'The objects that a version would be in the cluster',
          description: 'For the smallest plan if none is given. Nothing is sent to the cluster.',
        },
      },
    )
    .post(
      '/:version/trial',
      ({ actor, params, body, request }) =>
        once(parts, { request, actor, body }, 202, (tx) => beginTrial(parts, tx, actor, params, body)),
      {
        access: 'admin',
        params: VersionParams,
        body: TryInput,
        response: {
          202: Answer(TrialView),
          ...guarded('NOT_FOUND', 'INVALID_STATE', 'INSUFFICIENT_RESOURCES', ...repeated),
        },
        detail: {
          operationId: 'admin_try_template',
          summary: 'Run a version in the cluster, in a namespace of its own that goes again',
          description:
            'For 15 minutes at most, on the smallest plan if none is given. Two at a time; `GET …/trials/:trialId` says what was seen.',
        },
      },
    )
    .post(
      '/:version/publish',
      ({ actor, params, body, request }) => {
        const wanted = { expected: expectedTags(request), ...body }
        return once(parts, { request, actor, body }, 200, (tx) => publishVersion(parts, tx, actor, params, wanted))
      },
      {
        access: 'admin',
        params: VersionParams,
        body: PublishInput,
        response: { 200: Answer(WholeVersionView), ...guarded('NOT_FOUND', 'INVALID_STATE', ...stale, ...repeated) },
        detail: {
          operationId: 'admin_publish_template',
          summary: 'Make new apps of this version from now on',
          description:
            'Apps of older versions keep theirs and are offered it. It must keep the volumes and the kind of address of the version that is sold, and an input that becomes required needs a default.',
        },
      },
    )
