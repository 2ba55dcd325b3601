/** Our own drawings, in one style: white lines on a tile. None copies a mark that is somebody's. */
const draw = (colour: string, body: string): string =>
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64"><rect width="64" height="64" rx="14" fill="${colour}"/>` +
  `<g fill="none" stroke="#fff" stroke-width="4" stroke-linecap="round" stroke-linejoin="round">${body}</g></svg>`

const [coral, indigo, teal, blue, violet, green, amber, rose, slate, cyan] = [
  ...['#d9534a', '#4a56c9', '#12817a', '#2b6fc2', '#7a4cc0', '#2f8a4b', '#b87413', '#c2417c', '#48566a', '#1480a3'],
] as [string, string, string, string, string, string, string, string, string, string]

const circle = (x: number, y: number, r: number): string => `<circle cx="${x}" cy="${y}" r="${r}"/>`
const path = (d: string): string => `<path d="${d}"/>`
const box = (x: number, y: number, width: number, height: number, rx = 3): string =>
  `<rect x="${x}" y="${y}" width="${width}" height="${height}" rx="${rx}"/>`
const cylinder = (more = ''): string =>
  `<ellipse cx="32" cy="19" rx="15" ry="6"/>${path('M17 19v26c0 3.3 6.7 6 15 6s15-2.7 15-6V19')}${more}`

/** Of a first-party template, by its name. */
export const templateIcons: Readonly<Record<string, string>> = {
  directus: draw(violet, `${box(15, 16, 34, 32)}${path('M15 26h34M28 26v22')}`),
  forgejo: draw(
    slate,
    `${path('M12 20a3 3 0 0 1 3-3h11l5 6h18a3 3 0 0 1 3 3v20a3 3 0 0 1-3 3H15a3 3 0 0 1-3-3z')}${path('M27 31l-5 5 5 5M37 31l5 5-5 5')}`,
  ),
  ghost: draw(coral, `${box(16, 14, 32, 36)}${path('M23 23h18M23 32h18M23 41h10')}`),
  gotify: draw(cyan, `${path('M20 42V29a12 12 0 0 1 24 0v13l4 4H16zM28 51h8')}`),
  grafana: draw(blue, `${path('M14 50h36M20 50V36M30 50V22M40 50V30')}${circle(47, 18, 4)}`),
  mariadb: draw(teal, cylinder(path('M17 32c0 3.3 6.7 6 15 6s15-2.7 15-6'))),
  memos: draw(amber, `${path('M16 14h32v24L38 50H16z')}${path('M48 38H38v12M23 24h18M23 32h12')}`),
  metabase: draw(amber, `${circle(32, 32, 18)}${path('M32 32V14M32 32l14 11')}`),
  miniflux: draw(green, `${path('M17 17a30 30 0 0 1 30 30M17 30a17 17 0 0 1 17 17')}${circle(20, 44, 3)}`),
  n8n: draw(
    teal,
    `${path('M16 27a17 17 0 0 1 31-5M48 37a17 17 0 0 1-31 5M47 12v10H37M17 52V42h10')}${circle(32, 32, 4)}`,
  ),
  nextcloud: draw(violet, path('M21 46a9 9 0 0 1-1-18 13 13 0 0 1 25-2 10 10 0 0 1-1 20z')),
  'node-red': draw(
    violet,
    `${box(20, 20, 24, 24)}${path('M26 13v7M38 13v7M26 44v7M38 44v7M13 26h7M13 38h7M44 26h7M44 38h7M28 32h8')}`,
  ),
  postgres: draw(indigo, cylinder(path('M17 28c0 3.3 6.7 6 15 6s15-2.7 15-6M17 37c0 3.3 6.7 6 15 6s15-2.7 15-6'))),
  umami: draw(
    slate,
    `${path('M11 32c6-10 13-14 21-14s15 4 21 14c-6 10-13 14-21 14S17 42 11 32z')}${circle(32, 32, 6)}`,
  ),
  'uptime-kuma': draw(cyan, path('M12 34h10l5-14 9 26 6-18 3 6h7')),
  valkey: draw(rose, `${path('M36 12 18 36h13l-3 16 18-24H33z')}`),
  vaultwarden: draw(amber, `${circle(23, 41, 9)}${path('M30 34 49 15M41 23l7 7M35 29l4 4')}`),
  'wiki-js': draw(teal, path('M32 20c-4-4-10-5-18-5v31c8 0 14 1 18 5 4-4 10-5 18-5V15c-8 0-14 1-18 5zm0 0v31')),
  wordpress: draw(green, `${box(12, 14, 40, 36)}${path('M12 24h40M22 42v-5l11-11 5 5-11 11zM36 42h8')}`),
  container: draw(slate, path('M32 12l18 9v22l-18 9-18-9V21zM14 21l18 9 18-9M32 30v22')),
  'static-site': draw(cyan, `${circle(32, 32, 19)}${path('M13 32h38M32 13c-14 12-14 26 0 38 14-12 14-26 0-38z')}`),
}

/** Of a category of the seed, by its slug. */
export const categoryIcons: Readonly<Record<string, string>> = {
  automation: draw(
    rose,
    `${circle(32, 32, 9)}${path('M32 13v6M32 45v6M13 32h6M45 32h6M18.6 18.6l4.2 4.2M41.2 41.2l4.2 4.2M45.4 18.6l-4.2 4.2M22.8 41.2l-4.2 4.2')}`,
  ),
  websites: draw(cyan, `${box(12, 15, 40, 34)}${path('M12 25h40M20 34h12M20 41h20')}`),
  productivity: draw(green, `${box(13, 13, 38, 38, 6)}${path('M22 33l7 7 14-16')}`),
  analytics: draw(amber, path('M14 14v36h36M22 40l8-10 7 6 11-16')),
  'developer-tools': draw(slate, path('M24 21 12 32l12 11M40 21l12 11-12 11M36 16l-8 32')),
  databases: draw(indigo, cylinder(path('M17 32c0 3.3 6.7 6 15 6s15-2.7 15-6'))),
}

const tileColours = [indigo, teal, blue, violet, green, amber, rose, slate]

/** For what has no drawing: its first letter or digit, in a colour that stays with its name. */
export function letterTile(name: string): string {
  const letter = /[A-Za-z0-9]/.exec(name.normalize('NFD'))?.[0].toUpperCase() ?? '#'
  let sum = 0
  for (const character of name.slice(0, 80)) sum = (sum * 31 + character.codePointAt(0)!) % 65_521
  return tileOf(letter, tileColours[sum % tileColours.length]!)
}

const tileOf = (letter: string, colour: string): string =>
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64"><rect width="64" height="64" rx="14" fill="${colour}"/>` +
  `<text x="32" y="44" font-family="sans-serif" font-size="34" font-weight="bold" text-anchor="middle" fill="#fff">${letter}</text></svg>`

/** Every tile that there can be. */
export const letterTiles = (): string[] =>
  [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789#'].flatMap((letter) => tileColours.map((colour) => tileOf(letter, colour)))
