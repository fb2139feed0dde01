import { expect, test } from 'vitest';
import type { Board, BoardAlert } from '../../../server/app/board.ts';
import type { Action, Refusal } from '../../../server/core/alerts/act.ts';
import { Newsroom } from '../../support/incidents.ts';
import { hours, minutes, start } from '../../support/watch.ts';
import { servePrivate } from './serve-private.ts';

const canary = '<script>canary()</script>';

const alert = (id: string, over: Partial<BoardAlert> = {}): BoardAlert => ({
  id,
  name: { fr: 'Bases de données', en: 'Databases' },
  state: 'down',
  startedAt: start,
  troubles: [{ check: 'db1', state: 'down', since: start, cause: 'refused', evidence: canary }],
  letters: [],
  consequences: [],
  ...over,
});

const board = (over: Partial<Board> = {}): Board => ({
  organisation: { name: 'Globenet', timezone: 'Europe/Paris', languages: ['fr', 'en'] },
  generatedAt: start + 12 * minutes,
  alerts: [],
  silences: [],
  maintenance: [],
  incidents: [],
  ...over,
});

const read = async (seen: Board, language = 'fr') => {
  const app = servePrivate({ board: async () => seen });
  const response = await app.request('/alerts', { headers: { 'Accept-Language': language } });
  const html = await response.text();
  const text = html
    .slice(html.indexOf('<body>'))
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll(/[\s\u202f]+/g, ' ');
  return { response, html, text };
};

test('an alert is told with its evidence, who has it, what was sent and what follows from it', async () => {
  const root = alert('a', {
    acknowledgement: { by: 'ada', at: start + 5 * minutes, note: 'je regarde' },
    letters: [
      { route: 'sms', kind: 'alert', at: start + minutes, fate: 'waiting', attempts: 3, evidence: canary },
      {
        route: 'mail',
        kind: 'alert',
        at: start + minutes,
        fate: 'delivered',
        fatedAt: start + 2 * minutes,
        attempts: 1,
      },
    ],
    consequences: [alert('b', { name: { fr: 'Sites', en: 'Sites' } })],
  });
  const { text, html } = await read(board({ alerts: [root] }));
  for (const said of [
    'Une alerte ouverte.',
    'Bases de données : en panne',
    'Depuis 1 h 00, soit 12 min.',
    'Prise en charge par ada (1 h 05) : « je regarde »',
    'Le serveur refuse les connexions.',
    'alerte · sms',
    'en attente · 3 essais',
    'arrivé 1 h 02',
    'Conséquences',
    'Sites : en panne',
    'Personne ne l’a encore prise en charge.',
  ])
    expect(text).toContain(said);
  expect(html).not.toContain('<script>');
  expect(html).toContain('&lt;script&gt;');
});

const subject = { kind: 'service', id: 'mail' } as const;

test('what nobody is told of is listed with its end', async () => {
  const until = start + hours;
  const { text } = await read(
    board({
      silences: [{ id: 's', subject, by: 'ada', reason: 'connu', from: start, until }],
      maintenance: [
        {
          id: 'w',
          title: { fr: canary, en: canary },
          services: ['web'],
          checks: ['db1', 'db2'],
          from: start,
          until,
        },
      ],
    }),
  );
  expect(text).toMatch(/En sourdine mail En sourdine jusqu’à 2 h 00, par ada/);
  expect(text).toMatch(/En maintenance web db1 db2 &lt;script&gt;.*, jusqu’à 2 h 00/);
});

test.for([
  ['fr', 24 * hours, 'En sourdine jusqu’à demain 1 h 00, par ada'],
  ['fr', 48 * hours, 'En sourdine jusqu’au 3 mars à 1 h 00, par ada'],
  ['en', 48 * hours, 'Silenced until 3 March at 01:00 by ada'],
] as const)('in %s what is muted for longer says until which day', async ([language, ms, words]) => {
  const silence = { id: 's', subject, by: 'ada', reason: 'connu', from: start, until: start + ms };
  expect((await read(board({ silences: [silence] }), language)).text).toContain(words);
});

test('nothing being wrong is said too', async () => {
  const { text, response } = await read(board(), 'en');
  expect(text).toContain('No alert.');
  expect(text).toContain('No incident goes on.');
  expect(response.headers.get('Cache-Control')).toBe('no-store');
  expect(response.headers.get('Content-Language')).toBe('en');
});

test('an incident is told with every version, who wrote it, and a promise that was missed', async () => {
  const room = new Newsroom();
  room.write(undefined, { kind: 'opened', title: { fr: 'Disque' }, services: [] });
  room.write(1, { kind: 'updated', said: { fr: 'Avant.' }, nextAt: start + minutes }, 'bob');
  room.write(1, { kind: 'edited', update: 2, said: { fr: 'Après.' } });
  const { text } = await read(board({ incidents: [{ ...room.get(1), names: [], isGoing: false }] }));
  expect(text).toMatch(/1 · Disque .*brouillon.*Après\. .*était promise avant 1 h 01.*3 versions/);
  expect(text).toMatch(/bob · point d’information Avant\. .*ada · correction Après\./);
});

test('whoever cannot run scripts gets a newer page all the same', async () => {
  expect((await read(board())).html).toContain(
    '<noscript><meta http-equiv="refresh" content="30" /></noscript>',
  );
});

test('fifty who ask at once get what was made once, until there is something new or it is old', async () => {
  let [made, id, nowMs] = [0, 'a', 0];
  const app = servePrivate({
    board: async () => board({ generatedAt: start + ++made * minutes }),
    live: {
      listen: () => ({ status: 200, body: null }),
      get id() {
        return id;
      },
    },
    clock: { monotonicMs: () => nowMs },
  });
  const ask = () => Promise.all(Array.from({ length: 50 }, async () => app.request('/alerts')));
  await ask();
  expect(made).toBe(1);
  id = 'b';
  await ask();
  expect(made).toBe(2);
  nowMs += 5_000;
  await ask();
  expect(made).toBe(3);
});

test('what could not be read is read again', async () => {
  let fails = true;
  const app = servePrivate({ board: async () => (fails ? Promise.reject(new Error('full')) : board()) });
  expect((await app.request('/alerts')).status).toBe(500);
  fails = false;
  expect((await app.request('/alerts')).status).toBe(200);
});

const acting = () => {
  const acted: Action[] = [];
  let refusal: Refusal | undefined;
  const app = servePrivate({
    act: (action) => (refusal === undefined ? void acted.push(action) : refusal),
    knows: ({ id }) => id === 'web',
    holderOf: (token) => token || undefined,
  });
  const post = async (path: string, body: unknown) => {
    const headers = { Authorization: 'Bearer ada', 'Content-Type': 'application/json' };
    return (await app.request(path, { method: 'POST', headers, body: JSON.stringify(body) })).status;
  };
  return { post, acted, refuse: (refused: Refusal['refused']) => (refusal = { refused }) };
};

test('who holds a token takes alerts, mutes them, and ends that, in its own name', async () => {
  const { post, acted } = acting();
  expect(await post('/api/v1/alerts/service:web@3/acknowledgement', { note: 'I am on it' })).toBe(200);
  const subject = { kind: 'service', id: 'web' } as const;
  expect(await post('/api/v1/silences', { subject, reason: 'known', until: 9 })).toBe(200);
  expect(await post('/api/v1/silences/service:web@3/end', {})).toBe(200);
  expect(acted).toEqual([
    { kind: 'acknowledge', alert: 'service:web@3', by: 'ada', note: 'I am on it' },
    { kind: 'silence', subject, by: 'ada', reason: 'known', until: 9 },
    { kind: 'unsilence', silence: 'service:web@3' },
  ]);
});

test.for([
  ['/api/v1/silences', { subject: { kind: 'service', id: 'mail' }, reason: 'x', until: 9 }],
  ['/api/v1/silences', { subject: { kind: 'service', id: 'web' }, until: 9 }],
  ['/api/v1/alerts/a/acknowledgement', { by: 'bob' }],
] as const)('%s refuses %j', async ([path, body]) => {
  const { post, acted } = acting();
  expect(await post(path, body)).toBe(422);
  expect(acted).toEqual([]);
});

test.for([
  ['no such alert', 404],
  ['an end that is past', 422],
] as const)('that there is %s is answered with %d', async ([refused, status]) => {
  const { post, refuse } = acting();
  refuse(refused);
  expect(await post('/api/v1/alerts/a/acknowledgement', {})).toBe(status);
});
