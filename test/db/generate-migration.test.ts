import { expect, test } from 'bun:test'
import { makeStrict } from '../../scripts/generate-migration'

test('every new table becomes STRICT and nothing else changes', () => {
  const generated = [
    'CREATE TABLE `a` (\n\t`id` integer PRIMARY KEY NOT NULL,\n\t`b` text,\n\tCHECK(`id` > 0)\n);\n',
    '\nCREATE UNIQUE INDEX `i` ON `a` (`b`);',
    '\nCREATE TABLE `__new_c` (\n\t`id` text\n);\n',
    '\nALTER TABLE `__new_c` RENAME TO `c`;',
  ].join('--> statement-breakpoint')
  const strict = makeStrict(generated)
  expect(strict.match(/\) STRICT;/g)).toHaveLength(2)
  expect(strict.replaceAll(') STRICT;', ');')).toBe(generated)
  expect(makeStrict(strict).match(/STRICT/g)).toHaveLength(2)
})

test('a column type that STRICT does not know is refused by name', () => {
  expect(() => makeStrict('CREATE TABLE `a` (\n\t`price` numeric\n);')).toThrow(/column price.*numeric/)
})
