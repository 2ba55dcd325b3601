import { join } from 'node:path'
import { parseConfig } from '../../src/config'
import { openDataDir } from '../../src/data-dir/folder'
import { loadSecrets } from '../../src/data-dir/secrets'
import { AccessTokens } from '../../src/features/accounts'
import { sealSecret } from '../../src/features/accounts/two-factor-codes'
import { sealContext } from '../../src/features/instances/sealed-secrets'
import { systemClock as clock } from '../../src/lib/clock'
import { createSealer } from '../../src/lib/seal'

/** What a server on the file must be able to open. */
export interface Seal {
  app(instanceId: string): string
  twoFactor(userId: string): string
}

export interface BookHouse {
  /** Of the database file. */
  path: string
  seal: Seal
  tokens: AccessTokens
}

const nothing = '{"generated":{},"inputs":{}}'
const codeSecret = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ'

/** A data folder of its own with the keys that its server will use. */
export function openHouse(dataDir: string): BookHouse {
  const config = parseConfig({ DATA_DIR: dataDir })
  openDataDir(config.dataDir)
  const { signing, sealing } = loadSecrets(config)
  const sealer = createSealer(sealing)
  return {
    path: join(config.dataDir, 'minispod.db'),
    seal: {
      app: (instanceId) => sealer.seal(nothing, sealContext(instanceId)),
      twoFactor: (userId) => sealSecret({ clock, sealer }, userId, codeSecret),
    },
    tokens: new AccessTokens(signing, clock),
  }
}
