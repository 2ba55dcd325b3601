// Reads a database file as any other program would, and goes like the last one out: bun look-in.ts PATH
import Database from 'libsql'

const file = new Database(process.argv[2]!)
// Not prepared: with a statement left the file would stay open until the end of the process, and nothing be shown.
file.exec('SELECT count(*) FROM sqlite_schema')
file.close()
