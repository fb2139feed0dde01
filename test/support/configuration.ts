// A loader's request with everything in memory: files, environment, a few check types.
import { z } from 'zod';
import { host, port, receiver, secret } from '../../config/fields.ts';
import { loadConfig } from '../../config/load.ts';
import type { LoadRequest, Loaded } from '../../config/load.ts';
import type { Files } from '../../config/files.ts';
import { renderProblems } from '../../config/problems.ts';
import type { KnownNotifiers } from '../../config/routes.ts';
import type { KnownCheck } from '../../config/schema.ts';

const passing = { summary: 'For tests.', phases: [], slowMs: {} };
const defaults = { everyMs: 20_000, timeoutMs: 10_000 };

export const checkTypes: Readonly<Record<string, KnownCheck>> = {
  tcp: {
    kind: 'active',
    title: 'TCP',
    summary: 'Connects.',
    options: z.strictObject({ host: host(), port: port() }),
    phases: ['resolve', 'connect'],
    slowMs: { connect: 300, total: 1_000 },
    defaults,
    target: ({ host }) => String(host),
  },
  database: {
    kind: 'active',
    title: 'Database',
    summary: 'Writes a row.',
    options: z
      .strictObject({
        host: host(),
        user: z.string().default('vigie'),
        expect: z
          .union([
            z.strictObject({ rows: z.int() }),
            z.strictObject({ cron: z.string(), timezone: z.string() }),
          ])
          .optional(),
        password: secret(),
        cert: secret().optional(),
      })
      .refine(({ user }) => user !== 'root', { error: 'a user with few rights', path: ['user'] }),
    phases: ['write'],
    slowMs: {},
    defaults,
    target: ({ host }) => String(host),
  },
  heartbeat: {
    ...passing,
    kind: 'passive',
    title: 'Heartbeat',
    options: z.strictObject({
      token: secret().refine((token) => token.expose().length >= 8, { error: 'at least 8 letters' }),
    }),
    defaults,
  },
};

export const notifiers: KnownNotifiers = {
  pigeon: {
    title: 'Pigeon',
    summary: 'Flies.',
    options: z.strictObject({ loft: host(), ring: secret().optional() }),
  },
  hook: { title: 'Hook', summary: 'Posts.', options: z.strictObject({ url: receiver() }) },
  crier: { title: 'Crier', summary: 'Cries.', options: z.strictObject({}), audience: 'public' },
};

export const filesOf = (texts: Readonly<Record<string, string>>): Files => ({
  readText: (path, bytesMax) => {
    const text = texts[path];
    if (text === undefined) throw Object.assign(new Error('no such file'), { code: 'ENOENT' });
    if (text.length > bytesMax) throw Object.assign(new Error('too large'), { code: 'EFBIG' });
    return text;
  },
  readDir: (path) => {
    const names = Object.keys(texts)
      .filter((name) => name.startsWith(`${path}/`))
      .map((name) => name.slice(path.length + 1));
    return names.length > 0 ? names : undefined;
  },
});

export const request = (files: Files, changes: Partial<LoadRequest> = {}): LoadRequest => ({
  path: 'vigie.yaml',
  checkTypes,
  notifiers,
  cron: {
    problem: (expression) => (expression.split(' ').length === 5 ? undefined : 'five fields'),
    longestGapMs: (expression) => (expression.startsWith('0 0 30 2') ? Infinity : 86_400_000),
  },
  env: { DB_PASSWORD: 'canary-of-the-environment', EMPTY: '', SHORT: 'canary' },
  files,
  data: '/var/lib/vigie',
  ...changes,
});

export const load = (text: string, changes: Partial<LoadRequest> = {}): Loaded =>
  loadConfig(request(filesOf({ 'vigie.yaml': text }), changes));

export const problemsOf = (loaded: Loaded): string[] => renderProblems(loaded.problems ?? []);
