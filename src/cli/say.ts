/** Resolves when the text is out: a pipe takes 64 KiB at a time, and what is still to be written would end with the process. */
export const say = (text: string): Promise<void> =>
  new Promise((done) => {
    process.stdout.write(`${text}\n`, () => done())
  })
