import { migrate } from '../../../src/db/migrate'
import { businessMigrations } from '../business'

for (const name of await migrate({ url: process.argv[2]! }, { migrations: businessMigrations })) console.log(name)
