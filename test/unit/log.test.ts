// What leaves with the log: one JSON line an event, and no secret that hangs on an exception or in a field.
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { openSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';

const modules = new URL('../../', import.meta.url).href;

/** The lines that a process of its own writes to its standard output, as text. */
const written = (script: string): readonly string[] =>
  linesOf(execFileSync(process.execPath, words(script), { encoding: 'utf8' }));

const words = (script: string): readonly string[] => [
  '--input-type=module',
  '--eval',
  `import { createLog } from '${modules}server/log.ts';
   import { Secret } from '${modules}config/secret.ts';
   const log = createLog();
   ${script}`,
];

const linesOf = (output: string): readonly string[] => output.split('\n').filter((line) => line !== '');

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

test('a log on a full disk ends nobody, and holds up nobody', async () => {
  const full = openSync('/dev/full', 'w');
  const script = `
    for (let i = 0; i < 2_000; i++) log.warn('it.totters', { i });
    process.stderr.write('it goes on');`;
  const child = spawn(process.execPath, words(script), { stdio: ['ignore', full, 'pipe'] });
  const [said, [code]] = await Promise.all([text(child.stderr!), once(child, 'exit')]);
  expect([said, code]).toEqual(['it goes on', 0]);
});

test('a reader who comes late gets what waited, and learns how much did not', async () => {
  const script = `
    // From here on what the reader does not take is refused, not waited for.
    process.stdout.on('error', () => {});
    const text = 'x'.repeat(1_000);
    for (let i = 0; i < 3_000; i++) log.info('it.talks', { i, text });
    process.stderr.write('.');
    process.stdin.once('data', () => setInterval(() => log.info('it.goes-on'), 10));`;
  const child = spawn(process.execPath, words(script), { stdio: ['pipe', 'pipe', 'pipe'] });
  await once(child.stderr, 'data');
  child.stdin.write('now');
  let output = '';
  for await (const chunk of child.stdout.setEncoding('utf8')) {
    output += String(chunk);
    if (output.includes('log.lines-lost')) child.kill('SIGKILL');
  }
  const lines = parsed(linesOf(output.slice(0, output.lastIndexOf('\n'))));
  const heard = lines.flatMap(({ event, i }) => (event === 'it.talks' ? [i] : []));
  expect(heard).toEqual(Array.from(heard, (_, index) => index));
  expect(lines.find(({ event }) => event === 'log.lines-lost')).toMatchObject({
    level: 40,
    lines: 3_000 - heard.length,
  });
});
