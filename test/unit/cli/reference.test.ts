import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { checkTypes } from '../../../checks/index.ts';
import { reference } from '../../../server/cli/reference.ts';
import { notifiers } from '../../../server/notify/index.ts';

const text = reference(checkTypes, notifiers);
const rows = text.split('\n').filter((line) => line.startsWith('| `'));

test('config/reference.md is what the schemas say', () => {
  const written = readFileSync(new URL('../../../config/reference.md', import.meta.url), 'utf8');
  expect(written, 'server/cli/vigie schema --reference > config/reference.md').toBe(text);
});

test.for(Object.keys(checkTypes))('%s has a section', (name) => {
  expect(text).toContain(`\n## \`${name}\`\n`);
});

test('every option says what it is', () => {
  expect(rows.length).toBeGreaterThan(0);
  expect(rows.filter((row) => / \| +\|$/.test(row))).toEqual([]);
});

test.for([
  ['| `retention.results` | duration | `35d` | How long every outcome is kept. |', 'a default'],
  ['| `confirm.over` | duration | `10s` | Time these failures must span. |', 'what is usual'],
  ['| `password` | secret |  | Password of the account. |', 'a secret'],
  [
    '| `loss.failed` | percentage | `100%` | Loss from which the target has failed. |',
    'an option inside another',
  ],
  ['| `transport` | `udp` or `tcp` | `udp` |', 'words to choose from'],
  ['| `url` | text | *required* | What is asked for. ', 'what must be written'],
  ['| `redirects` | `follow`, `refuse` or `{ to }` | `follow` |', 'several ways to write it'],
  ['| `expect.json[].below` | number |  |', 'the items of a list'],
  ['| `expect.headers.NAME.lacks` | text or list of text |  |', 'keys that one chooses'],
] as const)('it says %s: %s', ([row]) => {
  expect(rows.some((found) => found.startsWith(row))).toBe(true);
});
