import { chmodSync, mkdirSync, readdirSync, renameSync, type Stats, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { AppError } from '../lib/errors'

const probeBytes = 4096
/** What we put there; a folder that holds anything else may be somebody's home, whose rights are theirs. */
const ours =
  /^(?:minispod\.db(?:-.*)?|secrets\.json(?:\..*)?|ports\.json(?:\..*)?|serve\.lock.*|gateway|\.written|\.write-probe|lost\+found)$/
const secretFile = /^(?:minispod\.db(?:-.*)?|secrets\.json)$/
const others = 0o077
const sticky = 0o1000

/**
 * @returns in words what was open to other users, and whether that was put right
 * @throws AppError CONFIG_FAILED naming the folder, if it can't be made or written
 */
export function openDataDir(dataDir: string): string[] {
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 })
    const probe = join(dataDir, '.write-probe')
    // Something, because a full disk takes an empty file.
    writeFileSync(probe, '\0'.repeat(probeBytes))
    renameSync(probe, join(dataDir, '.written'))
    return closeToOthers(dataDir)
  } catch (cause) {
    const code = (cause as { code?: string }).code ?? 'unknown'
    const why = code === 'ENOSPC' ? 'the disk is full' : code
    throw new AppError('CONFIG_FAILED', `DATA_DIR: ${dataDir} can’t be written (${why})`, undefined, { cause })
  }
}

function closeToOthers(dataDir: string): string[] {
  const names = readdirSync(dataDir)
  const files = names.filter((name) => secretFile.test(name)).map((name) => closeFile(join(dataDir, name)))
  return [closeFolder(dataDir, names), ...files].filter((said) => said !== undefined)
}

function closeFolder(path: string, names: string[]): string | undefined {
  const found = statSync(path)
  if (!isOpen(found)) return undefined
  if (isMine(found) && (found.mode & sticky) === 0 && names.every((name) => ours.test(name)))
    return close(path, found, 0o700)
  // A volume that a platform mounts has the rights that the platform gives.
  const isMounted = found.dev !== statSync(dirname(path)).dev
  return isMounted && !isMine(found) ? undefined : `${wasOpen(path, found)}: give it a folder of its own, with mode 700`
}

function closeFile(path: string): string | undefined {
  const found = statSync(path)
  if (!isOpen(found)) return undefined
  return isMine(found) ? close(path, found, 0o600) : `${wasOpen(path, found)}, and belongs to another user: chmod 600`
}

function close(path: string, found: Stats, mode: number): string {
  chmodSync(path, mode)
  return `${wasOpen(path, found)}; that was put right`
}

const isOpen = ({ mode }: Stats): boolean => process.platform !== 'win32' && (mode & others) !== 0
const isMine = ({ uid }: Stats): boolean => uid === process.getuid?.()

const wasOpen = (path: string, { mode }: Stats): string =>
  `${path} was open to other users of this machine (mode ${(mode & 0o7777).toString(8)})`
