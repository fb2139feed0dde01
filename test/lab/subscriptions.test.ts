// A member who is told by mail, from the form to oblivion: through a whole Vigie, a real mail server and a real database. And of the
// address there is no trace but where it must be, and none at all in the end.
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, expect, test, vi } from 'vitest';
import { confirmed, linkIn, page, patience, publish, setUp, tell, update } from '../support/subscribing.ts';
import type { Scene } from '../support/subscribing.ts';
import { vigieCommand } from '../support/vigie.ts';

afterEach(() => vi.unstubAllEnvs());

vi.setConfig({ testTimeout: 120_000 });

/** Files of the folder, and tables of the database, in which the text is; neither the running state nor the mail server's. */
const tracesOf = async (text: string, { folder, vigie }: Scene): Promise<readonly string[]> => {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8', withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => path !== vigie.config && readFileSync(path, 'latin1').toLowerCase().includes(text));
  const database = new DatabaseSync(vigie.database, { readOnly: true });
  const tables = database
    .prepare("SELECT name FROM sqlite_schema WHERE type = 'table'")
    .all()
    .map(({ name }) => String(name))
    .filter((table) =>
      JSON.stringify(database.prepare(`SELECT * FROM ${table}`).all())
        .toLowerCase()
        .includes(text),
    );
  database.close();
  const told = [await vigie.metrics(), await vigie.page(), JSON.stringify(await vigie.status())];
  return [
    ...files.map((path) => path.slice(folder.length + 1)).filter((name) => !name.startsWith('data/vigie.db')),
    ...tables,
    ...(files.some((path) => path.includes('vigie.db')) ? ['the database'] : []),
    ...(told.some((text_) => text_.toLowerCase().includes(text)) ? ['what is told'] : []),
  ];
};

test('a life: asked, confirmed, told of an incident to its end, ended with one click, and forgotten', async () => {
  const scene = await setUp();
  await using vigie = scene.vigie;
  const { post, get, mailTo, act, server } = scene;
  const member = 'canary.member@example.net';
  expect((await get('/fr')).text).toContain('action="/fr/subscribe"');
  const asked = await post('/en/subscribe', [
    ['address', member],
    ['topic', 'incidents'],
    ['service', 'databases'],
    ['language', 'fr'],
  ]);
  expect([asked.status, asked.text.includes(member)]).toEqual([200, false]);
  const invitation = await mailTo(member);
  expect(invitation.header('subject')).toContain('Confirmez');
  expect(invitation.header('list-unsubscribe')).toBeUndefined();
  expect(await tracesOf('canary.member', scene)).toEqual(['subscriber', 'the database']);
  // Programs follow links: only a button confirms.
  const confirm = linkIn(invitation, '/subscribe/');
  expect((await get(confirm)).text).toContain('Confirmer');
  expect(await act('subscribers')).toMatchObject({ confirmed: 0, unconfirmed: 1 });
  expect((await post(confirm)).text).toContain('C’est confirmé.');
  expect(await vigieCommand('subscribers')).toEqual({
    code: 0,
    output:
      '1 confirmed, 0 not yet\ndatabases: 1 of incidents, 0 of maintenance\nweb: 0 of incidents, 0 of maintenance\n',
    errors: '',
  });
  expect(await vigie.metric('vigie_subscribers', { state: 'confirmed' })).toBe(1);

  // Of another service, and of work, nothing; of what is not published, nothing.
  await act('maintenance', {
    title: { fr: 'Travaux', en: 'Work' },
    services: ['databases'],
    from: Date.now() + 1_800_000,
    until: Date.now() + 3_600_000,
  });
  await tell(scene, 1, 'web', 'Site lent', 'Nous cherchons.');
  await publish(scene, 1);
  await tell(scene, 2, 'databases', 'Disque\u00a0plein', 'Secret.');
  await act('incidents/2/entries', {
    kind: 'edited',
    update: 2,
    said: { fr: 'Nous cherchons où.\n.\nVoilà.' },
  });
  await publish(scene, 2);
  const first = await mailTo(member, 2);
  expect(first.header('subject')).toContain('Disque');
  expect(first.body).toMatch(/^Nous cherchons où\.\r?\n\.\r?\nVoilà\./);
  expect(first.body).toContain(`${page}/fr/incidents/2`);
  await update(scene, 2, 'C’est réparé.', 'resolved');
  const last = await mailTo(member, 3);
  expect(last.body).toContain('C’est réparé.');
  expect(last.header('references')).toBe(first.header('references'));
  expect(last.header('message-id')).not.toBe(first.header('message-id'));
  expect(server.mails.map(({ raw }) => raw).join()).not.toMatch(/Secret|Site lent|Travaux/);
  for (const [name, value] of [
    ['auto-submitted', 'auto-generated'],
    ['precedence', 'list'],
    ['list-id', '<status.example.org>'],
    ['list-unsubscribe-post', 'List-Unsubscribe=One-Click'],
  ] as const)
    expect(last.header(name)).toBe(value);
  expect(last.from).toMatch(/^bounces\+[0-9a-f]{32}@example\.org$/);
  expect(await tracesOf('canary.member', scene)).toEqual(['subscriber', 'the database']);

  // One click of a mail program, and all is forgotten.
  const [, url = '', mailto] =
    /^<(https:[^>]+)>, <(mailto:[^>]+)>$/.exec(last.header('list-unsubscribe') ?? '') ?? [];
  expect(mailto).toBe('mailto:unsubscribe@example.org');
  const { pathname } = new URL(url);
  expect((await get(pathname)).text).toContain('Effacer mon adresse');
  expect(await confirmed(scene)).toBe(1);
  expect((await post(pathname, [['List-Unsubscribe', 'One-Click']])).status).toBe(200);
  expect(await confirmed(scene)).toBe(0);
  expect(await tracesOf('canary.member', scene)).toEqual([]);
  expect(await tracesOf('198.51.100.', scene)).toEqual([]);
  expect((await get(linkIn(last, '/subscription/'))).status).toBe(404);
  await vigie.end();
  expect(readFileSync(vigie.database, 'latin1')).not.toContain('canary');
});

test('an address that is known, and one that is not, get the same answer; and the owner of the first is told so', async () => {
  const scene = await setUp();
  await using vigie = scene.vigie;
  const { post, get, mailTo, subscribe } = scene;
  await subscribe('known@example.net');
  const answers = await Promise.all(
    ['known@example.net', 'unknown@example.net'].map((address) =>
      post('/fr/subscribe', [
        ['address', address],
        ['topic', 'maintenance'],
        ['service', 'web'],
      ]),
    ),
  );
  expect(new Set(answers.map(({ status, text }) => `${status} ${text}`)).size).toBe(1);
  const again = await mailTo('known@example.net', 2);
  expect(again.header('subject')).toContain('Votre_abonnement');
  // Work is announced to him as well.
  await scene.act('maintenance', {
    title: { fr: 'Nouveau disque', en: 'New disk' },
    services: ['web'],
    from: Date.now() + 1_800_000,
    until: Date.now() + 3_600_000,
  });
  const announced = await mailTo('known@example.net', 3);
  expect(announced.header('subject')).toContain('Travaux_pr=C3=A9vus');
  expect(announced.body).toContain(`${page}/fr/maintenance`);
  // Nothing has changed for him, and he can change it.
  const wish = linkIn(again, '/subscription/');
  expect((await get(wish)).text.match(/ checked/g)).toHaveLength(5);
  const saved = await post(wish, [
    ['topic', 'incidents'],
    ['service', 'web'],
    ['language', 'en'],
  ]);
  expect(saved.text).toContain('C’est enregistré.');
  expect((await get(wish)).text.match(/ checked/g)).toHaveLength(3);
  expect((await post(wish, [['topic', 'incidents']])).status).toBe(422);
  await vigie.end();
});

test('killed before a mail has left: it leaves with the next start, and not again', async () => {
  const scene = await setUp();
  await using vigie = scene.vigie;
  const { mailTo, subscribe, server } = scene;
  await subscribe('ada@example.net');
  await subscribe('bob@example.net');
  server.become({ connect: '421 4.3.2 come again' });
  await tell(scene, 1, 'web', 'Panne', 'Nous cherchons.');
  await publish(scene, 1);
  await vigie.end('SIGKILL');
  server.become({});
  await vigie.start();
  const [ada, bob] = [await mailTo('ada@example.net', 2), await mailTo('bob@example.net', 2)];
  expect(ada.header('subject')).toBe(bob.header('subject'));
  const waiting = () => vigie.metric('vigie_messages_waiting', { route: 'subscribers' });
  await vi.waitFor(async () => expect(await waiting()).toBe(0), patience);
  await vigie.end('SIGKILL');
  await vigie.start();
  await update(scene, 1, 'C’est réparé.', 'resolved');
  await mailTo('ada@example.net', 3);
  await mailTo('bob@example.net', 3);
  await vi.waitFor(async () => expect(await waiting()).toBe(0), patience);
  expect(server.mails.filter(({ to }) => to[0] === 'ada@example.net')).toHaveLength(3);
});

test('an address that refuses for good three times is erased; of what its server said there is no word', async () => {
  const scene = await setUp();
  await using vigie = scene.vigie;
  const { subscribe, mailTo, server, act } = scene;
  await subscribe('canary@example.net');
  await subscribe('well@example.net');
  server.become({
    recipient: (address) =>
      address.startsWith('canary') ? `550 5.1.1 <${address}> user unknown` : undefined,
  });
  await act('incidents', { title: { fr: 'Panne' }, services: ['web'] });
  for (let time = 1; time <= 3; time++) {
    expect(await confirmed(scene)).toBe(2);
    await update(scene, 1, `Nous cherchons, ${time}.`);
    if (time === 1) await publish(scene, 1);
    await mailTo('well@example.net', 1 + time);
    await vi.waitFor(
      async () =>
        expect(await vigie.metric('vigie_messages_total', { route: 'subscribers', result: 'dead' })).toBe(
          time,
        ),
      patience,
    );
  }
  expect(await confirmed(scene)).toBe(1);
  expect(JSON.stringify(vigie.log())).toContain('550 5.1.1');
  expect(await tracesOf('canary', scene)).toEqual([]);
  // What came back as a mail is counted as well, by its address or by the envelope's.
  const verp = (await mailTo('well@example.net', 4)).from;
  for (const address of ['well@example.net', 'nobody@example.net', verp, verp])
    expect(await vigieCommand('subscribers', 'bounced', address)).toMatchObject({
      code: 0,
      output: 'noted\n',
    });
  expect(await confirmed(scene)).toBe(0);
  expect(await tracesOf('well@example', scene)).toEqual([]);
});
