import { createHash } from 'node:crypto'
import { eq, sql } from 'drizzle-orm'
import { type Drizzle, prepared, type Tx } from '../../../db'
import { apiPrefix } from '../../../http/api-path'
import { invalid } from '../../../http/input/input'
import { categoryIcons, letterTile, letterTiles, templateIcons } from '../../../templates/icons'
import { categories, icons, services } from '../tables'
import { findSvgProblem } from './check-svg'

/** A drawing is kept under its content: the same one once, and an address shows the same for ever. */
export const hashOfIcon = (svg: string): string => createHash('sha256').update(svg).digest('hex').slice(0, 32)

const urls = new Map<string, string>()
const urlOf = (hash: string): string => `${apiPrefix}/catalog/icons/${hash}.svg`

/** Of one that the program carries. */
function urlOfOwn(svg: string): string {
  const known = urls.get(svg) ?? urlOf(hashOfIcon(svg))
  urls.set(svg, known)
  return known
}

export const iconUrlOfCategory = ({ iconHash, name }: { iconHash: string | null; name: string }): string =>
  iconHash === null ? urlOfOwn(letterTile(name)) : urlOf(iconHash)

/** Its own, or else that of its template. */
export const iconUrlOfService = (service: { iconHash: string | null; templateName: string; name: string }): string =>
  service.iconHash === null
    ? urlOfOwn(templateIcons[service.templateName] ?? letterTile(service.name))
    : urlOf(service.iconHash)

let carried: Map<string, string> | undefined

function findCarried(hash: string): string | undefined {
  carried ??= new Map(
    [...Object.values(templateIcons), ...Object.values(categoryIcons), ...letterTiles()].map((svg) => [
      hashOfIcon(svg),
      svg,
    ]),
  )
  return carried.get(hash)
}

const keptIcon = prepared((db) =>
  db
    .select({ svg: icons.svg })
    .from(icons)
    .where(eq(icons.hash, sql.placeholder('hash')))
    .prepare(),
)

export const findIcon = async (on: Drizzle | Tx, hash: string): Promise<string | undefined> =>
  findCarried(hash) ?? (await keptIcon(on).get({ hash }))?.svg

/** The hash under which it is kept from now on. @throws AppError VALIDATION_ERROR for more than shapes */
export async function keepIcon(tx: Tx, svg: string, at: Date): Promise<string> {
  const problem = findSvgProblem(svg)
  if (problem !== undefined) throw invalid('body', [{ path: '/icon', message: problem }])
  const hash = hashOfIcon(svg)
  await tx.insert(icons).values({ hash, svg, createdAt: at }).onConflictDoNothing().run()
  return hash
}

/** What a change of an icon comes to: undefined where none is named, null where the own one goes. */
export async function iconHashOf(tx: Tx, icon: string | null | undefined, at: Date) {
  return typeof icon === 'string' ? { iconHash: await keepIcon(tx, icon, at) } : icon === null ? { iconHash: null } : {}
}

/** Lets a drawing go that nothing shows any more. */
export async function dropUnusedIcon(tx: Tx, hash: string | null): Promise<void> {
  if (hash === null) return
  const used = sql`select 1 from ${services} where ${eq(services.iconHash, hash)} union all select 1 from ${categories} where ${eq(categories.iconHash, hash)} limit 1`
  if ((await tx.values(used)).length === 0) await tx.delete(icons).where(eq(icons.hash, hash)).run()
}
