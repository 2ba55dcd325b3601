// As a process of its own: as many wrong sign-ins as 32 connections bring about, for so many milliseconds. Prints how many got which status.
const [url, ms] = process.argv.slice(2)
const end = performance.now() + Number(ms)
const statuses: Record<number, number> = {}

await Promise.all(
  Array.from({ length: 32 }, async (_, index) => {
    while (performance.now() < end) {
      const { status } = await fetch(`${url}/api/auth/login`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ email: `nobody-${index}@example.com`, password: 'wrong password here' }),
      })
      statuses[status] = (statuses[status] ?? 0) + 1
    }
  }),
)
process.stdout.write(JSON.stringify(statuses))

export {}
