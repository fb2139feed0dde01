// What every notifier has, so that none can be forgotten.
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { notifiers } from '../../../server/notify/index.ts';

const root = new URL('../../../', import.meta.url).pathname;
const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const names = Object.keys(notifiers);
const others: ReadonlySet<string> = new Set(['contract', 'hand-over', 'index']);

test('each file of server/notify/ stands in its list, in the order of the alphabet', () => {
  const files = readdirSync(join(root, 'server/notify'))
    .filter((file) => file.endsWith('.ts'))
    .map((file) => file.slice(0, -'.ts'.length));
  expect(names).toEqual(files.filter((name) => !others.has(name)).sort());
});

describe.for(names)('%s', (name) => {
  test('has a unit test, and a place in the example and the documents', () => {
    expect(readdirSync(join(root, 'test/unit/notify'))).toContain(`${name}.test.ts`);
    expect(read('config/globenet.example.yaml')).toMatch(new RegExp(`\\btype: ${name}\\b`));
    expect(read('README.md')).toMatch(new RegExp(`^\\|[^|]*\`${name}\`[^|]*\\|`, 'm'));
    expect(read('CHANGELOG.md')).toContain(`\`${name}\``);
  });

  test('says of each option what it is', () => {
    const { shape } = notifiers[name as keyof typeof notifiers].options;
    for (const [option, field] of Object.entries(shape))
      expect([option, (field as { description?: string }).description]).toEqual([
        option,
        expect.stringMatching(/\.$/),
      ]);
  });
});
