// Runs one of the project's TypeScript files under the pinned Bun; first installs what is missing. Needs only Node or Bun.
import { spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { accessSync, constants, readFileSync, statSync, writeFileSync } from 'node:fs'
import { constants as osConstants } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const oldestNode = 20
const root = dirname(dirname(fileURLToPath(import.meta.url)))
const modules = join(root, 'node_modules')
const bun = join(modules, 'bun', 'bin', 'bun.exe')
const stamp = join(modules, '.installed-for')
const orphanCheckMs = 500
/** npm puts a text of a few hundred bytes there until Bun's own install step has run. */
const leastBunBytes = 1024 * 1024

const [file, ...args] = process.argv.slice(2)
if (!file) fail('usage: node scripts/run.mjs FILE.ts [arguments]', 2)
assertNode()
if (!packagesInstalled()) installPackages()
if (!bunInstalled()) installBun()
run(file, args)

function assertNode() {
  const major = Number(process.versions.node.split('.')[0])
  if (!process.versions.bun && major < oldestNode) {
    fail(`MinisPod needs Node ${oldestNode} or newer; this is Node ${process.versions.node}.`)
  }
}

function packagesInstalled() {
  if (read(stamp) === fingerprint()) return true
  const wanted = JSON.parse(read(join(root, 'package-lock.json')) ?? '{}').packages ?? {}
  const present = JSON.parse(read(join(modules, '.package-lock.json')) ?? '{}').packages ?? {}
  return Object.entries(wanted).every(
    ([path, { version, optional }]) =>
      path === '' || present[path]?.version === version || (optional && !present[path]),
  )
}

/** Install scripts of other people's packages never run here; Bun's own one is run by installBun(). */
function installPackages() {
  assertWritable()
  console.error('Installing packages; this takes about a minute the first time …')
  const [command, ...words] = installer()
  const done = spawnSync(command, words, { cwd: root, stdio: ['ignore', 2, 2], shell: command === 'npm.cmd' })
  if (done.error) fail(`Can’t start ${command}: ${done.error.message}`)
  if (done.status !== 0) {
    fail(
      `Installing packages failed (${done.signal ?? `exit code ${done.status}`}). Is the npm registry reachable from here?`,
    )
  }
  writeFileSync(stamp, fingerprint())
}

function installer() {
  const npm = [
    'ci',
    '--ignore-scripts',
    '--include=dev',
    '--include=optional',
    '--no-audit',
    '--no-fund',
    '--no-update-notifier',
    '--loglevel=error',
  ]
  const caller = process.env.npm_execpath ?? ''
  if (basename(caller) === 'npm-cli.js' && !process.versions.bun) return [process.execPath, caller, ...npm]
  const command = process.platform === 'win32' ? 'npm.cmd' : 'npm'
  const found = spawnSync(command, ['--version'], { stdio: 'ignore', shell: process.platform === 'win32' })
  if (found.status === 0) return [command, ...npm]
  // Bun reads package-lock.json; --no-save keeps it from writing a lock file of its own beside it.
  if (process.versions.bun) return [process.execPath, 'install', '--no-save', '--ignore-scripts']
  return fail('MinisPod needs npm to install its packages, and there is none on the PATH.')
}

function bunInstalled() {
  try {
    return statSync(bun).size > leastBunBytes
  } catch {
    return false
  }
}

function installBun() {
  assertWritable()
  const done = spawnSync(process.execPath, [join(modules, 'bun', 'install.js')], { cwd: root, stdio: ['ignore', 2, 2] })
  if (done.status !== 0 || !bunInstalled())
    fail(`There is no Bun for this machine (${process.platform} ${process.arch}).`)
}

function assertWritable() {
  try {
    accessSync(root, constants.W_OK)
  } catch {
    fail(
      `Packages must be installed, but ${root} can’t be written by this user. Use a folder of your own, or run it once as its owner.`,
    )
  }
}

function run(file, args) {
  // What lies in an .env beside it must not change how it behaves: the same as for the binary.
  const child = spawn(bun, ['--no-env-file', file, ...args], { cwd: root, stdio: 'inherit' })
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  if (process.env.npm_lifecycle_event) whenOrphaned(() => child.kill('SIGTERM'))
  child.on('error', (error) => fail(`Can’t start Bun: ${error.message}`))
  child.on('exit', (code, signal) => process.exit(code ?? 128 + (osConstants.signals[signal] ?? 0)))
}

/** A killed `npm start` takes its shell along, not us. */
function whenOrphaned(act) {
  const parent = process.ppid
  const watch = setInterval(() => {
    if (process.ppid === parent) return
    clearInterval(watch)
    act()
  }, orphanCheckMs)
}

function fingerprint() {
  const lock = read(join(root, 'package-lock.json')) ?? ''
  return `${createHash('sha256').update(lock).digest('hex')} ${process.platform}-${process.arch}\n`
}

function read(path) {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}

function fail(message, code = 1) {
  console.error(message)
  process.exit(code)
}
