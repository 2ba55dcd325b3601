import { eq } from 'drizzle-orm'
import { parseConfig } from '../../src/config'
import { databaseUrlOf } from '../../src/config/database-url'
import { changeKeptSecrets, newKey } from '../../src/data-dir/kept-secrets'
import { loadSecrets, type Secrets } from '../../src/data-dir/secrets'
import { type Database, openDatabase, sealedPlace } from '../../src/db'
import { pathOf } from '../../src/db/location'
import { users } from '../../src/features/accounts/tables'
import { installBuiltIns } from '../../src/features/app-templates'
import { instances } from '../../src/features/instances/tables'
import { systemClock } from '../../src/lib/clock'
import { createSealer, type Sealer } from '../../src/lib/seal'
import { temporaryFolder } from '../support/command'
import { placeDatabase } from '../support/fresh-database'

export interface Vault {
  dataDir: string
  db: Database
  secrets: Secrets
  sealer: Sealer
  /** What is sealed under `ins_<number>`: `secret <number>`. */
  put(count: number): Promise<void>
  sealedOf(id: string): Promise<string>
  overwrite(id: string, sealed: string): Promise<void>
  openAll(): Promise<string[]>
  addKey(): void
  /** For a child process that is to be the only one. */
  letGo(): Promise<void>
  close(): Promise<void>
}

export const contextOf = (id: string): string => sealedPlace(instances.sealedSecrets, id)

/** A data folder with a database in it whose rows hold sealed values, and nothing that runs. */
export async function openVault(environment: Record<string, string> = {}): Promise<Vault> {
  const folder = temporaryFolder()
  const config = parseConfig({ DATA_DIR: folder.path, ...environment })
  const location = { url: databaseUrlOf(config) }
  await placeDatabase(pathOf(location))
  let db = await openDatabase(location)
  let open = true
  const secrets = loadSecrets(config)
  const sealer = createSealer(secrets.sealing)
  await db.write((tx) => tx.insert(users).values(owner).run())
  await db.write((tx) => installBuiltIns({ clock: systemClock }, tx))
  const reopen = async () => {
    if (!open) db = await openDatabase(location)
    open = true
    return db
  }
  const vault: Vault = {
    dataDir: folder.path,
    db,
    secrets,
    sealer,
    put: async (count) => {
      const rows = Array.from({ length: count }, (_, index) => rowOf(index + 1, sealer))
      await (await reopen()).write(async (tx) => {
        for (const row of rows) await tx.insert(instances).values(row).run()
      })
    },
    sealedOf: async (id) => {
      const row = await (await reopen()).read.select().from(instances).where(eq(instances.id, id)).get()
      return row!.sealedSecrets
    },
    overwrite: async (id, sealedSecrets) => {
      await (await reopen()).write((tx) =>
        tx.update(instances).set({ sealedSecrets }).where(eq(instances.id, id)).run(),
      )
    },
    openAll: async () => {
      const rows = await (await reopen()).read.select().from(instances).orderBy(instances.createdAt).all()
      return rows.map(({ id, sealedSecrets }) => sealer.open(sealedSecrets, contextOf(id)))
    },
    addKey: () => {
      const key = newKey(new Date())
      changeKeptSecrets(folder.path, (kept) => ({ ...kept, sealingKeys: [key, ...kept.sealingKeys] }))
      // Asked for by its name it is looked for at once.
      secrets.sealing.find(key.id)
    },
    letGo: async () => {
      await db.close()
      open = false
    },
    close: async () => {
      if (open) await db.close()
      folder.remove()
    },
  }
  return vault
}

const at = new Date('2030-01-01T00:00:00Z')
const owner = { id: 'usr_1', email: 'a@example.com', name: 'A', passwordHash: '-', createdAt: at, updatedAt: at }

function rowOf(number: number, sealer: Sealer): typeof instances.$inferInsert {
  const id = `ins_${number}`
  const createdAt = new Date(at.getTime() + number)
  return {
    id,
    subscriptionId: `sub_${number}`,
    userId: owner.id,
    name: `app-${number}`,
    namespace: 'customer-1',
    subdomain: `app-${number}`,
    templateName: 'n8n',
    cpuMillicores: 100,
    memoryMb: 100,
    storageGb: 1,
    inputs: {},
    sealedSecrets: sealer.seal(`secret ${number}`, contextOf(id)),
    desiredState: 'DELETED',
    status: 'TERMINATED',
    statusChangedAt: at,
    createdAt,
    updatedAt: createdAt,
  }
}
