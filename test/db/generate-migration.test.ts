import { expect, test } from 'bun:test'
import { joinExpressions, makeStrict } from '../../scripts/generate-migration'

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

test('the expression of an index is put together again, and names stay quoted', () => {
  const taken = "CREATE INDEX `i` ON `t` (`substr(a`,` 4)`,`b`) WHERE c = '`x`';\nCREATE TABLE `t` (\n\t`a` text);"
  const joined = "CREATE INDEX `i` ON `t` (substr(a, 4),`b`) WHERE c = '`x`';\nCREATE TABLE `t` (\n\t`a` text);"
  expect(joinExpressions(taken)).toBe(joined)
})
