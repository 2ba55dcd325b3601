/** The tags that `If-Match` or `If-None-Match` lists. A proxy that compressed the answer has weakened its tag; it still names it. */
export const tagsOf = (header: string): string[] => header.split(',').map((tag) => tag.trim().replace(/^W\//, ''))
