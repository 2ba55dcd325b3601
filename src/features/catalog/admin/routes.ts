import { Elysia, t } from 'elysia'
import { accessControl } from '../../../http/access'
import { once } from '../../../http/idempotency'
import { expectedTags, tagged } from '../../../http/precondition'
import { Answer, guarded, ListAnswer, listed, ok, pageOf } from '../../../http/schema'
import type { Parts } from '../../../parts'
import { createCategory, deleteCategory, getCategory, listAllCategories, updateCategory } from './categories'
import { judgePlan, judgePlans, judgeService, judgeServices } from './judge'
import { createPlan, deletePlan, getAnyPlan, listAllPlans, updatePlan } from './plans'
import {
  AdminCategoryView,
  AdminPlanDetailView,
  AdminPlanView,
  AdminServiceView,
  CategoriesQuery,
  CategoryInput,
  CategoryParams,
  NewCategoryInput,
  NewPlanInput,
  NewServiceInput,
  PlanInput,
  PlanParams,
  PlansQuery,
  ServiceInput,
  ServiceParams,
  ServicesQuery,
} from './schema'
import { createService, deleteService, getAnyService, listAllServices, updateService } from './services'

const tags = ['Catalog']
const stale = ['PRECONDITION_REQUIRED', 'PRECONDITION_FAILED'] as const
const repeated = ['IDEMPOTENCY_CONFLICT', 'REQUEST_IN_PROGRESS'] as const

export const adminCategoryRoutes = (parts: Parts) =>
  new Elysia({ prefix: '/admin/categories', tags })
    .use(accessControl(parts.authenticate))
    .get(
      '/',
      async ({ query }) => {
        const page = pageOf(query)
        const { rows, total } = await listAllCategories(parts.db.read, query, page)
        return listed(rows, page, total)
      },
      {
        access: 'admin',
        query: CategoriesQuery,
        response: { 200: ListAnswer(AdminCategoryView), ...guarded() },
        detail: { operationId: 'admin_categories', summary: 'All categories, retired ones too' },
      },
    )
    .post(
      '/',
      ({ actor, body, request }) =>
        once(parts, { request, actor, body }, 201, (tx) => createCategory(parts, tx, actor, body)),
      {
        access: 'admin',
        body: NewCategoryInput,
        response: { 201: Answer(AdminCategoryView), ...guarded('CONFLICT', ...repeated) },
        detail: { operationId: 'admin_create_category', summary: 'Add a category' },
      },
    )
    .get('/:categoryId', async ({ params, set }) => tagged(set, await getCategory(parts.db.read, params.categoryId)), {
      access: 'admin',
      params: CategoryParams,
      response: { 200: Answer(AdminCategoryView), ...guarded('NOT_FOUND') },
      detail: { operationId: 'admin_category', summary: 'One category; its ETag is what a change has to name' },
    })
    .put(
      '/:categoryId',
      async ({ actor, params, body, request, set }) => {
        const change = { expected: expectedTags(request), input: body }
        return tagged(set, await parts.db.write((tx) => updateCategory(parts, tx, actor, params.categoryId, change)))
      },
      {
        access: 'admin',
        params: CategoryParams,
        body: CategoryInput,
        response: { 200: Answer(AdminCategoryView), ...guarded('NOT_FOUND', 'CONFLICT', 'INVALID_STATE', ...stale) },
        detail: {
          operationId: 'admin_update_category',
          summary: 'Change, move, retire or bring back a category',
          description: 'A changed slug leads from the old one to the new. Only one that sells nothing can be retired.',
        },
      },
    )
    .delete(
      '/:categoryId',
      async ({ actor, params, request }) => {
        const expected = expectedTags(request)
        await parts.db.write((tx) => deleteCategory(parts, tx, actor, params.categoryId, expected))
        return ok(null)
      },
      {
        access: 'admin',
        params: CategoryParams,
        response: { 200: Answer(t.Null()), ...guarded('NOT_FOUND', 'INVALID_STATE', ...stale) },
        detail: { operationId: 'admin_delete_category', summary: 'Delete a category without services' },
      },
    )

export const adminServiceRoutes = (parts: Parts) => {
  const serviceView = async (id: string) => judgeService(parts, parts.db.read, await getAnyService(parts.db.read, id))
  return new Elysia({ prefix: '/admin/services', tags })
    .use(accessControl(parts.authenticate))
    .get(
      '/',
      async ({ query }) => {
        const page = pageOf(query)
        const { rows, total } = await listAllServices(parts.db.read, query, page)
        return listed(await judgeServices(parts, parts.db.read, rows), page, total)
      },
      {
        access: 'admin',
        query: ServicesQuery,
        response: { 200: ListAnswer(AdminServiceView), ...guarded() },
        detail: {
          operationId: 'admin_services',
          summary: 'All services, drafts and retired ones too, with what is sold',
        },
      },
    )
    .post(
      '/',
      ({ actor, body, request }) =>
        once(parts, { request, actor, body }, 201, async (tx) =>
          judgeService(parts, tx, await createService(parts, tx, actor, body)),
        ),
      {
        access: 'admin',
        body: NewServiceInput,
        response: { 201: Answer(AdminServiceView), ...guarded('CONFLICT', 'INVALID_STATE', ...repeated) },
        detail: {
          operationId: 'admin_create_service',
          summary: 'Add a service',
          description: 'A DRAFT unless said otherwise: give it plans, then make it ACTIVE.',
        },
      },
    )
    .get('/:serviceId', async ({ params, set }) => tagged(set, await serviceView(params.serviceId)), {
      access: 'admin',
      params: ServiceParams,
      response: { 200: Answer(AdminServiceView), ...guarded('NOT_FOUND') },
      detail: { operationId: 'admin_service', summary: 'One service; its ETag is what a change has to name' },
    })
    .put(
      '/:serviceId',
      async ({ actor, params, body, request, set }) => {
        const change = { expected: expectedTags(request), input: body }
        const updated = await parts.db.write((tx) => updateService(parts, tx, actor, params.serviceId, change))
        return tagged(set, await judgeService(parts, parts.db.read, updated))
      },
      {
        access: 'admin',
        params: ServiceParams,
        body: ServiceInput,
        response: { 200: Answer(AdminServiceView), ...guarded('NOT_FOUND', 'CONFLICT', 'INVALID_STATE', ...stale) },
        detail: {
          operationId: 'admin_update_service',
          summary: 'Change, move, retire or bring back a service',
          description:
            'A retired service is sold to nobody; who has it keeps it. A changed slug leads from the old one to the new. The template can change while nobody has subscribed.',
        },
      },
    )
    .delete(
      '/:serviceId',
      async ({ actor, params, request }) => {
        const expected = expectedTags(request)
        await parts.db.write((tx) => deleteService(parts, tx, actor, params.serviceId, expected))
        return ok(null)
      },
      {
        access: 'admin',
        params: ServiceParams,
        response: { 200: Answer(t.Null()), ...guarded('NOT_FOUND', 'INVALID_STATE', ...stale) },
        detail: { operationId: 'admin_delete_service', summary: 'Delete a service without plans' },
      },
    )
    .get(
      '/:serviceId/plans',
      async ({ params, query }) => {
        const page = pageOf(query)
        await getAnyService(parts.db.read, params.serviceId)
        const { rows, total } = await listAllPlans(parts.db.read, { ...query, serviceId: params.serviceId }, page)
        return listed(await judgePlans(parts, parts.db.read, params.serviceId, rows), page, total)
      },
      {
        access: 'admin',
        params: ServiceParams,
        query: PlansQuery,
        response: { 200: ListAnswer(AdminPlanView), ...guarded('NOT_FOUND') },
        detail: { operationId: 'admin_plans', summary: 'All plans of a service, retired ones too' },
      },
    )
    .post(
      '/:serviceId/plans',
      ({ actor, params, body, request }) =>
        once(parts, { request, actor, body }, 201, async (tx) =>
          judgePlan(parts, tx, params.serviceId, await createPlan(parts, tx, actor, params.serviceId, body)),
        ),
      {
        access: 'admin',
        params: ServiceParams,
        body: NewPlanInput,
        response: { 201: Answer(AdminPlanDetailView), ...guarded('NOT_FOUND', 'CONFLICT', ...repeated) },
        detail: { operationId: 'admin_create_plan', summary: 'Add a plan; it is for sale at once if its service is' },
      },
    )
    .get(
      '/:serviceId/plans/:planId',
      async ({ params, set }) => {
        const plan = await getAnyPlan(parts.db.read, params.serviceId, params.planId)
        return tagged(set, await judgePlan(parts, parts.db.read, params.serviceId, plan))
      },
      {
        access: 'admin',
        params: PlanParams,
        response: { 200: Answer(AdminPlanDetailView), ...guarded('NOT_FOUND') },
        detail: { operationId: 'admin_plan', summary: 'One plan; its ETag is what a change has to name' },
      },
    )
    .put(
      '/:serviceId/plans/:planId',
      async ({ actor, params, body, request, set }) => {
        const change = { expected: expectedTags(request), input: body }
        const updated = await parts.db.write((tx) => updatePlan(parts, tx, actor, params, change))
        return tagged(set, await judgePlan(parts, parts.db.read, params.serviceId, updated))
      },
      {
        access: 'admin',
        params: PlanParams,
        body: PlanInput,
        response: { 200: Answer(AdminPlanDetailView), ...guarded('NOT_FOUND', 'CONFLICT', 'INVALID_STATE', ...stale) },
        detail: {
          operationId: 'admin_update_plan',
          summary: 'Change, retire or bring back a plan',
          description:
            'Price and size count at once for whoever subscribes from now on. Who has the plan is told by mail and keeps both for the time of notice (`PLAN_CHANGE_NOTICE_DAYS`): the first renewal after it is by the change. One that is no worse in any way needs no wait. Slots can not go below those that are held (409 with their number).',
        },
      },
    )
    .delete(
      '/:serviceId/plans/:planId',
      async ({ actor, params, request }) => {
        const expected = expectedTags(request)
        await parts.db.write((tx) => deletePlan(parts, tx, actor, params, expected))
        return ok(null)
      },
      {
        access: 'admin',
        params: PlanParams,
        response: { 200: Answer(t.Null()), ...guarded('NOT_FOUND', 'INVALID_STATE', ...stale) },
        detail: { operationId: 'admin_delete_plan', summary: 'Delete a plan that nobody ever subscribed to' },
      },
    )
}
