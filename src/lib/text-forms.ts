/**
 * Forms of text, as patterns for the flag `u`: the edge holds texts against them, and the OpenAPI document shows them. Each
 * is matched in one pass: nothing in them can be read in two ways, so that no text makes a matcher go back over it.
 */
const letters = "[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
const label = '[A-Za-z0-9]+(?:-+[A-Za-z0-9]+)*'
export const emailForm = `^${letters}(?:\\.${letters})*@${label}(?:\\.${label})+$`

/** RFC 3339 with capital letters; whether the month has the day is asked apart. */
export const momentForm =
  '^\\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\\d|3[01])T(?:[01]\\d|2[0-3]):[0-5]\\d(?::[0-5]\\d(?:\\.\\d{1,9})?)?(?:Z|[+-](?:[01]\\d|2[0-3]):[0-5]\\d)$'

/** What the database can hold: its text ends at a NUL, and half a surrogate pair is no UTF-8. */
export const plainForm = '^[^\\u0000\\ud800-\\udfff]*$'

/** The same with something in it that is no space. */
export const saidForm = '^(?=[^]*\\S)[^\\u0000\\ud800-\\udfff]*$'

// Letters that show nothing (fillers of Hangul) and a sign that does not (the empty Braille cell) are none.
const visible = '(?![\\p{Default_Ignorable_Code_Point}\\u2800])[\\p{L}\\p{N}\\p{P}\\p{S}]'
const onOneLine = '[^\\p{Cc}\\p{Cs}\\u2028\\u2029\\u202a-\\u202e\\u2066-\\u2069]+'

/**
 * What a person calls something: on one line, of any script, with something to be seen. Control characters forge lines in
 * mails, logs and files, and an override of direction makes a text read as another one.
 */
export const nameForm = `^(?=.*${visible})${onOneLine}$`

/** The same where spaces at either end are not taken: it has to be typed again, to the letter. */
export const trimmedNameForm = `^(?!\\s)(?!.*\\s$)(?=.*${visible})${onOneLine}$`

/** A name in an address of the web. */
export const slugForm = '^[a-z0-9][a-z0-9-]*$'

/** A voucher's code as people write it: letters and digits, in groups if they like. */
export const codeForm = '^[ -]*(?:[A-Za-z0-9][ -]*){4,32}$'

/** What such a code may begin with. */
export const prefixForm = '^[A-Za-z0-9]{1,12}$'

/** What a client chooses to know a request again by: a header can carry it. */
export const keyForm = '^[\\x21-\\x7e]{1,128}$'

const rules = new Map([
  [slugForm, 'Expected only lower-case letters, digits and hyphens'],
  [codeForm, 'Expected 4 to 32 letters and digits'],
  [prefixForm, 'Expected 1 to 12 letters and digits'],
  [keyForm, 'Expected 1 to 128 visible ASCII characters'],
  [emailForm, 'Expected an e-mail address'],
  [momentForm, 'Expected a date and time such as 2026-01-31T00:00:00Z'],
  [plainForm, 'Expected text without NUL characters and half surrogate pairs'],
  [saidForm, 'Expected more than spaces'],
  [nameForm, 'Expected a name on one line, with at least one visible character'],
  [trimmedNameForm, 'Expected a name on one line, without spaces at its ends'],
])

/** What a form asks for, in words. */
export const ruleOf = (form: string): string => rules.get(form) ?? `Expected text of the form ${form}`
