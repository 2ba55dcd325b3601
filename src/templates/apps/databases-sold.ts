import type { TemplateCredential, TemplateInput } from '../template'

const named = { minLength: 1, maxLength: 30, pattern: '^[a-z][a-z0-9_]*$', changeable: false } as const

export const databaseNameInput: TemplateInput = {
  key: 'databaseName',
  label: { en: 'Name of the database', id: 'Nama basis data' },
  type: 'string',
  default: 'app',
  ...named,
}

export const databaseUserInput: TemplateInput = {
  key: 'databaseUser',
  label: { en: 'User', id: 'Pengguna' },
  type: 'string',
  default: 'app',
  ...named,
  // The servers keep these names for themselves.
  except: ['root', 'mysql', 'mariadb*', 'postgres', 'pg_*'],
}

/** How an app of the same customer reaches a database. */
export const internalCredentials = (port: string): TemplateCredential[] => [
  { label: { en: 'Address', id: 'Alamat' }, value: { fact: 'internalHost' } },
  { label: { en: 'Port', id: 'Port' }, value: { text: port } },
  { label: { en: 'Database', id: 'Basis data' }, value: { input: 'databaseName' } },
  { label: { en: 'User', id: 'Pengguna' }, value: { input: 'databaseUser' } },
  { label: { en: 'Password', id: 'Kata sandi' }, value: { secret: 'password' } },
]
