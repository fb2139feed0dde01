import { expect, test } from 'vitest';
import { expose } from '../../../server/http/exposition.ts';
import type { Family } from '../../../server/http/exposition.ts';

const family = (values: readonly number[]): Family => ({
  get: () =>
    Promise.resolve({
      name: 'things_total',
      help: 'Things \\ on\nlines.',
      type: 'counter',
      values: values.map((value, n) => ({ labels: { n }, value })),
    }),
});

test.for([
  [0.1, '0.1'],
  [1e21, '1e+21'],
  [Number.POSITIVE_INFINITY, '+Inf'],
  [Number.NEGATIVE_INFINITY, '-Inf'],
  [Number.NaN, 'NaN'],
] as const)('writes %s as %s', async ([value, written]) => {
  const { text, series } = await expose([family([value])], 'prometheus');
  expect(text).toBe(
    `# HELP things_total Things \\\\ on\\nlines.\n# TYPE things_total counter\nthings_total{n="0"} ${written}\n`,
  );
  expect(series).toBe(1);
});

test('writes nothing between braces where there are no labels', async () => {
  const bare: Family = {
    get: () =>
      Promise.resolve({ name: 'up', help: 'Up.', type: 'gauge', values: [{ labels: {}, value: 1 }] }),
  };
  expect((await expose([bare], 'openmetrics')).text).toBe('# HELP up Up.\n# TYPE up gauge\nup 1\n# EOF\n');
});
