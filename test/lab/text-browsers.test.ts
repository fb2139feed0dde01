// Whoever reads in a terminal, or has a voice read: everything is said, and both forms work, without pictures and scripts.
import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Hono } from 'hono';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { PublishedStatus } from '../../server/app/publish.ts';
import { listen } from '../../server/http/server.ts';
import type { Listener } from '../../server/http/server.ts';
import { serveSelfCheck } from '../support/asking.ts';
import { temporaryFolder } from '../support/folder.ts';
import { installed } from '../support/installed.ts';
import { announced, badDay, incident, resolved, windowAt } from '../support/published.ts';
import { subscribable } from '../support/subscribable.ts';
import { serve } from '../unit/http/serve.ts';

const run = promisify(execFile);
const day: PublishedStatus = {
  ...badDay,
  incidents: [incident, resolved],
  maintenance: [announced(windowAt(3))],
};

const open = (app: Hono): Promise<Listener> => listen(app, { address: '127.0.0.1', port: 0 });
const oneSpace = (text: string): string => text.replaceAll(/[\s\u00a0\u202f]+/g, ' ');

const browsers = {
  w3m: ['w3m', '-dump', '-cols', '120', '-O', 'UTF-8', '-o', 'use_proxy=0'],
  lynx: ['lynx', '-dump', '-nolist', '-width=120', '-display_charset=utf-8', '-cfg=/dev/null'],
} as const;

describe
  .skipIf(!installed('w3m') || !installed('lynx'))
  .for(
    Object.entries(browsers).flatMap(([name, words]) =>
      (['fr', 'en'] as const).map((language) => ({ name, words, language })),
    ),
  )('in $name, in $language', ({ words: [command, ...words], language }) => {
  let listener: Listener;
  beforeAll(async () => {
    listener = await open(serve(() => day));
  });
  afterAll(() => listener.close());
  const read = async (path: string): Promise<string> =>
    oneSpace((await run(command, [...words, `${listener.url}/${language}${path}`])).stdout);
  const said = (french: readonly string[], english: readonly string[]) =>
    language === 'fr' ? french : english;

  test('the front page says every service, its state, what is wrong and on which days', async () => {
    const text = await read('');
    for (const words of said(
      [
        'Historique Travaux prévus Signaler une panne',
        'Bases de données : réponses lentes depuis 1 h 15.',
        'Tout le reste fonctionne.',
        'Disque lent Changé. Sous surveillance · aujourd’hui, 1 h 23',
        'Nouveau serveur Le dimanche 1er mars, de 4 h 25 à 6 h 25',
        'dim. 1er mars lent ou perturbé 9 min',
        'dim. 1er mars en panne 5 min',
        'Courriel : en panne Le serveur refuse les connexions.',
        'D’après nos mesures, tout fonctionne de nouveau.',
      ],
      [
        'Databases: slow answers since 01:15.',
        'Everything else works.',
        'Slow disk Changed. Watching the repair · today, 01:23',
        'New server',
        'Sun 1 Mar slow or disturbed for 9 min',
        'Sun 1 Mar down for 5 min',
        'Mail: down The server refuses connections.',
      ],
    ))
      expect(text).toContain(words);
    for (const { name } of day.services) expect(text).toContain(name[language]);
  });

  test('the page of a service says each of ninety days in a table, and what happened', async () => {
    const text = await read('/services/mail');
    const days = said(
      ['dim. 1er mars en panne 5 min', 'sam. 28 févr. état inconnu'],
      ['Sun 1 Mar down for 5 min', 'Sat 28 Feb state unknown'],
    );
    for (const words of days) expect(text).toContain(words);
    const [unknown = ''] = said(['état inconnu'], ['state unknown']);
    expect(text.split(unknown).length - 1).toBeGreaterThanOrEqual(89);
  });
});

/** As somebody presses them; then saves what is on the screen, and leaves. */
const keysOf = (fields: number, written: string, more: number, file: string): readonly string[] => [
  ...Array<string>(fields).fill('Down Arrow'),
  ...Array.from(written),
  ...Array<string>(more).fill('Down Arrow'),
  '^J',
  'p',
  '^J',
  '^U',
  ...Array.from(file),
  '^J',
  'q',
  'y',
];

/** Writes into the first field of a form, presses its button, and reads what comes. */
const fillIn = async (address: string, written: string): Promise<string> => {
  const folder = temporaryFolder();
  const [script, answer] = [join(folder, 'keys'), join(folder, 'answer')];
  const options = ['-width=120', '-display_charset=utf-8', '-cfg=/dev/null', '-nopause'];
  const env = { ...process.env, TERM: 'vt100', HOME: folder };
  const { stdout } = await run('lynx', [...options, '-dump', address], { env });
  // Links are numbered there; boxes that are ticked have to be passed as well.
  const before = [...stdout.slice(0, stdout.indexOf('____')).matchAll(/\[(?:\d+|X| )\]|\([* ]\)/g)].length;
  writeFileSync(
    script,
    keysOf(before, written, 1, answer)
      .map((key) => `key ${key}\n`)
      .join(''),
  );
  await run('lynx', [...options, '-accept_all_cookies', `-cmd_script=${script}`, address], {
    env,
    timeout: 60_000,
  });
  return oneSpace(readFileSync(answer, 'utf8'));
};

describe.skipIf(!installed('lynx'))('by keyboard, in lynx', () => {
  let listener: Listener | undefined;
  afterAll(() => listener?.close());

  test('a member asks whether it is his own site', async () => {
    const facts = {
      name: { standing: 'found', servers: 'others' },
      hosts: [{ host: 'bare', four: 'ours', six: 'elsewhere' }],
      visits: [
        { host: 'bare', family: 4, isSecure: true, end: { kind: 'answered', status: 200, expires: true } },
      ],
      mail: { goes: 'ours', spf: 0 },
    } as const;
    const allowed = { prefixes: ['192.0.2.0/24'], nameServers: [], mailServers: [], resolvers: [] };
    const { app } = serveSelfCheck(['theatre.example'], allowed, { examine: async () => facts });
    listener = await open(app);
    const answer = await fillIn(`${listener.url}/fr/site`, 'theatre.example');
    expect(answer).toContain('theatre.example Votre site répond, mais pas à tout le monde.');
    expect(answer).toContain('l’adresse IPv6 (AAAA) du nom n’est pas la nôtre');
    await listener.close();
  });

  test('a member subscribes', async () => {
    const { app, sent } = subscribable();
    listener = await open(app);
    const answer = await fillIn(`${listener.url}/fr/subscribe`, 'ada@example.org');
    expect(answer).not.toContain('Cette adresse ne peut pas être lue');
    const [invitation] = await sent();
    expect(invitation?.to).toBe('ada@example.org');
  });
});
