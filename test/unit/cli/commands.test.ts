// What a person gets who types, rightly or wrongly.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, test, vi } from 'vitest';
import manifest from '../../../package.json' with { type: 'json' };
import { main } from '../../../server/cli/commands.ts';

const folder = mkdtempSync(join(tmpdir(), 'vigie-commands-'));
afterAll(() => rmSync(folder, { recursive: true }));
afterEach(() => vi.restoreAllMocks());

const vigie = async (...words: readonly string[]) => {
  const said = { code: 0, output: '', errors: '' };
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => ((said.output += String(text)), true));
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => ((said.errors += String(text)), true));
  said.code = await main(words);
  return said;
};

const commands = [
  'serve',
  'demonstrate',
  'check-config',
  'run',
  'drill',
  'notify-test',
  'replay',
  'alerts',
  'acknowledge',
  'silence',
  'incident',
  'maintenance',
  'report',
  'subscribers',
  'token',
  'schema',
  'fsck',
  'backup',
  'restore',
  'import-history',
];

test.for([[], ['--help'], ['-h'], ['help']])('vigie %o lists every command', async (words) => {
  const { code, output, errors } = await vigie(...words);
  expect([code, errors]).toEqual([0, '']);
  for (const command of commands) expect(output).toContain(`\n  vigie ${command}`);
});

test('the commands stand in one column, and what they do in another', async () => {
  const { output } = await vigie('--help');
  const columns = output.match(/^ {2}vigie .*$/gm)?.map((line) => line.search(/(?<= )[A-Z][a-z]/));
  expect(columns).toHaveLength(commands.length);
  expect(new Set(columns).size).toBe(1);
});

test('vigie --version says which one this is', async () => {
  expect(await vigie('--version')).toEqual({ code: 0, output: `${manifest.version}\n`, errors: '' });
});

test.for(commands.flatMap((command) => ['--help', '-h'].map((word) => [command, word] as const)))(
  'vigie %s %s says how it is used',
  async ([command, word]) => {
    const { code, output, errors } = await vigie(command, word);
    expect([code, errors]).toEqual([0, '']);
    expect(output).toMatch(new RegExp(`^vigie ${command}.*\n\n[A-Z].*\\.\n`));
  },
);

test.for([
  [['srve'], /^vigie: there is no command "srve"; did you mean serve\?\n/],
  [['chekc-config'], /^vigie: there is no command "chekc-config"; did you mean check-config\?\n/],
  [['xyzzy'], /^vigie: there is no command "xyzzy"\n/],
  [['constructor'], /^vigie: there is no command "constructor"\n/],
  [['serve', '--confg', 'x'], /^vigie serve: there is no option --confg; did you mean --config\?\n/],
  [['serve', '--colour'], /^vigie serve: there is no option --colour\n/],
  [['serve', 'now'], /^vigie serve: what is "now"\?\n/],
  [['schema', 'http'], /^vigie schema: what is "http"\?\n/],
  [['demonstrate', '--sped', '2'], /^vigie demonstrate: there is no option --sped; did you mean --speed\?\n/],
  [['demonstrate', '--speed', '9'], /^vigie demonstrate: a speed from 1 to 5 is wanted\n/],
  [['check-config'], /^vigie check-config: one file or folder is wanted\n/],
  [['run'], /^vigie run: one check is wanted\n/],
] as const)('%o is a wrong command line', async ([words, sentence]) => {
  const { code, output, errors } = await vigie(...words);
  expect([code, output]).toEqual([2, '']);
  expect(errors).toMatch(sentence);
  expect(errors).not.toMatch(/^ +at /m);
});

describe('what the command needs is not there', () => {
  const good =
    'organisation: { name: A, timezone: UTC }\nservices: [{ id: a, name: A, checks: [{ type: tcp, host: a, port: 1 }] }]\n';
  const file = (name: string, text: string | Buffer) => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };

  test.for([
    ['missing.yaml', undefined, ':1:1: found no readable file (ENOENT)'],
    ['empty.yaml', '', ':1:1 organisation: found nothing, expected a mapping'],
    ['tabs.yaml', 'organisation:\n\tname: A\n', ':2:1: found a tab, expected spaces'],
    [
      'twice.yaml',
      `${good}resolvers: []\nresolvers: []\n`,
      ':4:1 resolvers: found the key "resolvers" again (line 3)',
    ],
    [
      'alias.yaml',
      `${good}resolvers: [&a 192.0.2.1, *a]\n`,
      ':3:27 resolvers[1]: found an alias, expected the value itself',
    ],
    [
      'large.yaml',
      Buffer.alloc(5_000_000, 'a'),
      ':1:1: found no readable file (EFBIG), expected a file of at most 1000000 bytes (a folder takes several)',
    ],
    ['binary.yaml', Buffer.from([0x7f, 0x45, 0, 0xff, 0xfe, 0, 1, 2]), ':1:1: found no mapping'],
  ] as const)('check-config %s says it in one sentence', async ([name, text, problem]) => {
    const path = text === undefined ? join(folder, name) : file(name, text);
    const { code, output, errors } = await vigie('check-config', path);
    expect([code, output]).toEqual([1, '']);
    expect(errors).toContain(`vigie check-config: the configuration cannot be used\n`);
    expect(errors).toContain(`\n${path}${problem}`);
    expect(errors).not.toMatch(/^ +at /m);
  });

  test('run names the checks that there are', async () => {
    const { code, errors } = await vigie('run', 'b', '--config', file('good.yaml', good));
    expect(code).toBe(1);
    expect(errors).toBe(`vigie run: there is no check "b" in ${join(folder, 'good.yaml')}; it has a\n`);
  });

  test('and a good one is good', async () => {
    const { code, output } = await vigie('check-config', file('good.yaml', good));
    expect([code, output]).toEqual([
      0,
      `${join(folder, 'good.yaml')} is good: 1 service, 1 check, 0 witnesses, 0 routes\n`,
    ]);
  });
});
