// What leaves with the log: one JSON line an event, and no secret that hangs on an exception or in a field.
import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';

const modules = new URL('../../', import.meta.url).href;

/** The lines that a process of its own writes to its standard output, as text. */
const written = (script: string): readonly string[] =>
  execFileSync(
    process.execPath,
    [
      '--input-type=module',
      '--eval',
      `import { createLog } from '${modules}server/log.ts';
       import { Secret } from '${modules}config/secret.ts';
       const log = createLog();
       ${script}`,
    ],
    { encoding: 'utf8' },
  )
    .split('\n')
    .filter((line) => line !== '');

const parsed = (lines: readonly string[]) =>
  lines.map((line) => JSON.parse(line) as Readonly<Record<string, unknown>>);

test('an event is one line with its name, its level, its time and its fields', () => {
  const lines = parsed(
    written(`
      log.info('it.begins', { since: 3 });
      log.warn('it.totters');
      log.error('it.ends', { text: 'two\\nlines' });`),
  );
  expect(lines.map(({ time, ...line }) => [Number.isNaN(Date.parse(String(time))), line])).toEqual([
    [false, { level: 30, event: 'it.begins', since: 3 }],
    [false, { level: 40, event: 'it.totters' }],
    [false, { level: 50, event: 'it.ends', text: 'two\nlines' }],
  ]);
});

test('of an exception only its name, its words and its stack are told', () => {
  const [line] = parsed(
    written(`
      const cause = new Error('canary-cause');
      const error = new TypeError('the words', { cause });
      Object.assign(error, { headers: { authorization: 'canary-header' }, options: ['canary-option'] });
      log.error('it.fails', { error });`),
  );
  expect(line?.['error']).toEqual({
    name: 'TypeError',
    message: 'the words',
    stack: expect.stringContaining('TypeError: the words'),
  });
  expect(JSON.stringify(line)).not.toContain('canary');
});

test.for([
  ['a secret as a field', `log.info('a', { password: new Secret('canary') })`],
  ['a secret deep inside', `log.info('a', { check: { options: [{ token: new Secret('canary') }] } })`],
  ['an object that was thrown', `log.error('a', { error: { password: 'canary' } })`],
  [
    'an exception among others',
    `log.error('a', { error: new AggregateError([new Error('canary')], 'several') })`,
  ],
  [
    'an exception that is not called error',
    `log.error('a', { reason: Object.assign(new Error('words'), { headers: 'canary' }) })`,
  ],
] as const)('nothing is told of %s', ([, script]) => {
  const lines = written(script);
  expect(lines).toHaveLength(1);
  expect(lines.join()).not.toContain('canary');
});

test('what cannot be written as JSON ends nothing', () => {
  const lines = parsed(
    written(`
      const circle = {};
      circle.self = circle;
      log.info('a', { circle, big: 12n, toJSON: 3 });
      log.info('b', { get: Symbol('x'), call: () => {} });`),
  );
  expect(lines.map(({ event }) => event)).toEqual(['a', 'b']);
});
