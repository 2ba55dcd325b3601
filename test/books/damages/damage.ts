/** What somebody does to a sound file, and what the check of that name then says of it. */
export type Damage = [check: string, harm: string, says: string]
