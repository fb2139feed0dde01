// On a real disk: whoever changes a configuration does so in his own way.
import { mkdirSync, mkdtempSync, renameSync, rmSync, watch, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Config } from '../../../config/config.ts';
import type { Log } from '../../../server/app/ports.ts';
import { load } from '../../../server/cli/configuration.ts';
import { forgetHangups } from '../../../server/cli/hangups.ts';
import { watchConfig } from '../../../server/cli/watch-config.ts';

const patience = { timeout: 20_000, interval: 20 };

let folder = '';
let path = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'vigie-watch-config-'));
  path = join(folder, 'vigie.yaml');
  mkdirSync(join(folder, 'secrets'));
  writeFileSync(join(folder, 'secrets', 'db'), 'first');
  writeFileSync(path, written('Before'));
});
afterEach(() => {
  forgetHangups();
  rmSync(folder, { recursive: true });
});

const written = (name: string) => `organisation: { name: ${name}, timezone: Europe/Paris }
services:
  - id: databases
    name: Databases
    checks:
      - { type: mariadb, host: db1.example.org, user: vigie, password: { file: secrets/db } }
`;

interface Watching extends Disposable {
  /** Names of the organisations, and what the secret was, as they were taken. */
  readonly taken: readonly (readonly [name: string, password: string])[];
  readonly reloads: readonly boolean[];
  readonly lines: readonly (readonly [event: string, fields: Readonly<Record<string, unknown>>])[];
}

const start = (
  apply: (config: Config) => Promise<void> = async () => {},
  watching: typeof watch = watch,
  before = load(path).config!,
): Watching => {
  const taken: [string, string][] = [];
  const reloads: boolean[] = [];
  const lines: [string, Readonly<Record<string, unknown>>][] = [];
  const note: Log['info'] = (event, fields = {}) => void lines.push([event, fields]);
  const stop = watchConfig({
    path,
    taken: before,
    load,
    watch: watching,
    apply: async (config) => {
      await apply(config);
      const password = config.services[0]?.checks[0]?.options['password'] as { expose: () => string };
      taken.push([config.organisation.name, password.expose()]);
    },
    reloaded: (ok) => reloads.push(ok),
    log: { info: note, warn: note, error: note },
  });
  return { taken, reloads, lines, [Symbol.dispose]: stop };
};

describe('it is read again', () => {
  test.for([
    ['when it is written', () => writeFileSync(path, written('After')), ['After', 'first']],
    ['when an editor renames another over it', () => replace(path, written('After')), ['After', 'first']],
    ['at SIGHUP, though nothing has changed', () => process.emit('SIGHUP', 'SIGHUP'), ['Before', 'first']],
    [
      'when a secret is written',
      () => writeFileSync(join(folder, 'secrets/db'), 'second'),
      ['Before', 'second'],
    ],
    ['when a secret is replaced', () => replace(join(folder, 'secrets/db'), 'second'), ['Before', 'second']],
  ] as const)('%s', async ([, act, expected]) => {
    using watching = start();
    act();
    await vi.waitFor(() => expect(watching.taken).toContainEqual(expected), patience);
    expect(watching.reloads).toContain(true);
    expect(watching.lines).toContainEqual(['config.taken', { path }]);
  });

  test.for([
    ['was written', () => writeFileSync(path, written('After')), ['After', 'first']],
    [
      'has a secret that was written',
      () => writeFileSync(join(folder, 'secrets/db'), 'second'),
      ['Before', 'second'],
    ],
  ] as const)('when it %s before it was watched', async ([, act, expected]) => {
    const before = load(path).config;
    act();
    using watching = start(undefined, undefined, before);
    await vi.waitFor(() => expect(watching.taken).toEqual([expected]), patience);
  });

  test('and refused, when it went wrong before it was watched', async () => {
    const before = load(path).config;
    writeFileSync(path, 'services: [');
    using watching = start(undefined, undefined, before);
    await vi.waitFor(() => expect(watching.reloads).toEqual([false]), patience);
  });

  test('after an editor has replaced it, again and again', async () => {
    using watching = start();
    for (const name of ['One', 'Two', 'Three']) {
      replace(path, written(name));
      await vi.waitFor(() => expect(watching.taken.at(-1)).toEqual([name, 'first']), patience);
    }
  });
});

test('where nothing can be watched it is read at SIGHUP, and that is said', async () => {
  const refused = Object.assign(new Error('EMFILE: too many open files'), { code: 'EMFILE' });
  using watching = start(undefined, () => {
    throw refused;
  });
  expect(watching.lines).toContainEqual([
    'config.unwatched',
    { path, error: refused, advice: 'send SIGHUP after a change' },
  ]);
  writeFileSync(path, written('After'));
  process.emit('SIGHUP', 'SIGHUP');
  await vi.waitFor(() => expect(watching.taken).toEqual([['After', 'first']]), patience);
});

describe('a configuration that is refused', () => {
  test('changes nothing, is counted and told with every problem, and is read again once it is mended', async () => {
    using watching = start();
    replace(path, written('After').replace('mariadb', 'mariadbb').replace('timezone: Europe/Paris', ''));
    await vi.waitFor(() => expect(watching.reloads).toContain(false), patience);
    expect(watching.taken).toEqual([]);
    const [line] = watching.lines;
    expect(line).toMatchObject([
      'config.refused',
      {
        problems: [
          expect.stringMatching(
            /vigie\.yaml:1:15 organisation\.timezone: found nothing, expected a time zone/,
          ),
          expect.stringMatching(/vigie\.yaml:6:17 services\[0\]\.checks\[0\]\.type: found "mariadbb"/),
        ],
      },
    ]);
    replace(path, written('Mended'));
    await vi.waitFor(() => expect(watching.taken.at(-1)?.[0]).toBe('Mended'), patience);
    expect(watching.reloads.at(-1)).toBe(true);
  });

  test('so is one that is gone for a while', async () => {
    using watching = start();
    rmSync(path);
    await vi.waitFor(() => expect(watching.reloads).toContain(false), patience);
    writeFileSync(path, written('Back'));
    await vi.waitFor(() => expect(watching.taken.at(-1)?.[0]).toBe('Back'), patience);
  });

  test('one that could not be applied is no success', async () => {
    using watching = start(() => Promise.reject(new Error('the prober is gone')));
    process.emit('SIGHUP', 'SIGHUP');
    await vi.waitFor(() => expect(watching.reloads).toContain(false), patience);
    expect(watching.lines.map(([event]) => event)).not.toContain('config.taken');
  });
});

/** As most editors save: another file takes its name. */
const replace = (target: string, text: string): void => {
  writeFileSync(`${target}~`, text);
  renameSync(`${target}~`, target);
};
