import { t } from 'elysia'
import { IdText, Instant, model, NameText, nullable, words } from '../../http/schema'
import { scopeWords } from '../../http/scopes'
import { defaultLifeDays } from './api-tokens'

const maxLifeDays = 365

const ScopeWord = words(...scopeWords)

export const NewApiTokenInput = model(
  'NewApiTokenInput',
  t.Object({
    name: NameText({ maxLength: 100, description: 'What it is for' }),
    scopes: t.Array(ScopeWord, { minItems: 1, maxItems: scopeWords.length, uniqueItems: true }),
    expiresInDays: t.Optional(
      t.Integer({ minimum: 1, maximum: maxLifeDays, description: `${defaultLifeDays} if nothing is said` }),
    ),
  }),
)

const shown = {
  id: t.String(),
  name: t.String(),
  prefix: t.String({ description: 'Its first characters' }),
  scopes: t.Array(ScopeWord),
  createdAt: Instant,
  expiresAt: Instant,
  lastUsedAt: nullable(t.String({ ...Instant, description: 'To the minute' })),
}

export const ApiTokenView = model('ApiToken', t.Object(shown))
export const CreatedApiTokenView = model(
  'CreatedApiToken',
  t.Object({ ...shown, token: t.String({ description: 'Send it as `Authorization: Bearer …`; shown only once' }) }),
)
export const ApiTokenParams = t.Object({ id: IdText })
