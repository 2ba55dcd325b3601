/** The link itself is made when a mail is sent: a preview has none. */
export const exampleLink = { linkId: 'lnk_example' }
