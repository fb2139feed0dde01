// An incident, lived through: drafted from an outage, told by people from the command line and over the API, promised, missed,
// corrected, resolved, learnt from; and all of it is still there after a restart.
import { createServer } from 'node:net';
import type { Server } from 'node:net';
import { once } from 'node:events';
import { afterEach, expect, test, vi } from 'vitest';
import { freePort } from '../support/daemon.ts';
import { temporaryFolder } from '../support/folder.ts';
import { lastJson, startReceiver } from '../support/receiver.ts';
import { startVigie, vigieCommand } from '../support/vigie.ts';

afterEach(() => vi.unstubAllEnvs());

const patience = { timeout: 25_000, interval: 200 };

const listenOn = async (port: number): Promise<Server> => {
  const server = createServer((socket) => socket.destroy());
  await once(server.listen(port, '127.0.0.1'), 'listening');
  return server;
};

/** What the command prints; it must succeed. */
const vigie = async (...words: readonly string[]): Promise<string> => {
  const { code, output, errors } = await vigieCommand(...words);
  expect([code, errors.replace(/^This is shown once.*\n$/, '')]).toEqual([0, '']);
  return output;
};

const textOf = (html: string): string =>
  html
    .replaceAll(/<!--.*?-->|<[^>]*>/gs, ' ')
    .replaceAll(/[\s\u00a0\u202f]+/g, ' ')
    .trim();

test(
  'an incident is drafted, told, promised, corrected, resolved and learnt from',
  { timeout: 240_000 },
  async () => {
    const receiver = await startReceiver();
    const port = await freePort();
    const target = await listenOn(port);
    await using running = await startVigie(
      temporaryFolder(),
      `incidents: { publish-after: never }
notify:
  - { id: hook, type: webhook, url: '${receiver.url}' }
services:
  - id: databases
    name: { fr: Bases de données, en: Databases }
    checks:
      - id: db1
        type: tcp
        host: 127.0.0.1
        port: ${port}
        every: 1s
        timeout: 500ms
        confirm: { failures: 2, over: 1s, recheck: 1s }
        recover: { successes: 2, over: 1s }
`,
    );
    const base = `http://127.0.0.1:${running.privatePort}`;
    const token = (await vigie('token', 'ada', '--config', running.config)).trim();
    vi.stubEnv('VIGIE_URL', base);
    vi.stubEnv('VIGIE_TOKEN', token);
    const api = async (path: string, body?: unknown, bearer = token) => {
      const headers = { Authorization: `Bearer ${bearer}`, 'Content-Type': 'application/json' };
      const post = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) };
      const response = await fetch(`${base}${path}`, { headers, ...post });
      return { status: response.status, answer: (await response.json()) as Record<string, unknown> };
    };
    const board = async () =>
      textOf(await (await fetch(`${base}/alerts`, { headers: { 'Accept-Language': 'fr' } })).text());
    const incidents = async () => (await running.status()).incidents;

    // It is measured: Vigie drafts it, and nobody else sees it.
    target.close();
    await vi.waitFor(
      async () => expect(await vigie('incident', 'list')).toContain('incident 1 · databases'),
      patience,
    );
    expect(await incidents()).toEqual([]);
    await vi.waitFor(
      async () => expect(await board()).toMatch(/Bases de données : en panne.*alerte · hook.*arrivé/),
      patience,
    );

    // Somebody has it.
    await vigie('acknowledge', 'databases', '--note', 'je regarde');
    await vi.waitFor(
      async () => expect(await board()).toMatch(/Prise en charge par ada.*« je regarde »/),
      patience,
    );

    // It is told, and more is promised, from the command line.
    await vigie('incident', 'amend', '1', '--title-fr', 'Disque lent', '--title-en', 'Slow disk');
    await vigie('incident', 'update', '1', '--fr', 'Nous *cherchon*.', '--next', '30m');
    await vigie('incident', 'publish', '1');
    await vi.waitFor(
      async () =>
        expect(textOf(await running.page())).toMatch(
          /Disque lent Nous cherchon \. Analyse en cours.*Prochaine nouvelle avant/,
        ),
      patience,
    );

    // What was written wrongly is corrected, over the API; both are kept.
    const { answer } = await api('/api/v1/incidents/1/entries', {
      kind: 'edited',
      update: 3,
      said: { fr: 'Nous *cherchons*.' },
    });
    const { versions } = answer['incident'] as {
      versions: readonly { entry: { kind: string; said?: object } }[];
    };
    expect(versions.map(({ entry }) => entry.kind)).toEqual([
      'opened',
      'amended',
      'updated',
      'published',
      'edited',
    ]);
    expect(versions[2]?.entry.said).toEqual({ fr: 'Nous *cherchon*.' });
    await vi.waitFor(
      async () =>
        expect(await incidents()).toMatchObject([{ updates: [{ text: { fr: 'Nous *cherchons*.' } }] }]),
      patience,
    );

    // A promise is missed: who promised is told so, and so are the readers.
    await vigie(
      'incident',
      'update',
      '1',
      '--phase',
      'identified',
      '--en',
      'It is the disk.',
      '--next',
      '2s',
    );
    await vi.waitFor(
      () =>
        expect(lastJson(receiver)).toMatchObject({
          kind: 'word',
          title: { fr: 'Les membres attendent des nouvelles – Disque lent' },
        }),
      patience,
    );
    await vi.waitFor(
      async () => expect(textOf(await running.page())).toContain('elle est en retard'),
      patience,
    );
    await vi.waitFor(
      async () => expect(await board()).toMatch(/les membres l’attendent.*promesse manquée, rappelée/),
      patience,
    );

    // It is over, first as measured, then as told; and learnt from.
    const mended = await listenOn(port);
    await vi.waitFor(async () => expect(await board()).toContain('Aucune alerte.'), patience);
    expect(await board()).toContain('Tout ce qu’il raconte fonctionne de nouveau');
    await vigie('incident', 'resolve', '1', '--fr', 'Le disque est changé.');
    await vigie('incident', 'post-mortem', '1', '--fr', 'Il avait **dix ans**.');
    await vi.waitFor(
      async () =>
        expect(textOf(await running.page())).toMatch(
          /Incidents résolus Disque lent Le disque est changé\. Résolu/,
        ),
      patience,
    );
    await vi.waitFor(
      async () =>
        expect(textOf(await running.page('fr', '/incidents/1'))).toMatch(
          /Disque lent Résolu le .* Ce qui s’est passé Il avait dix ans .* Texte corrigé le/,
        ),
      patience,
    );
    expect(await board()).toMatch(/ada · retour d’expérience Il avait dix ans/);

    // What was told is told again by the next run, and to write it takes a token that holds.
    const before = await api('/api/v1/incidents/1');
    await running.end();
    await running.start();
    expect(await api('/api/v1/incidents/1')).toEqual(before);
    await vi.waitFor(
      async () =>
        expect(textOf(await running.page('fr', '/history'))).toMatch(
          /Jour après jour.* Disque lent Résolu .*Bases de données : en panne/,
        ),
      patience,
    );
    expect((await api('/api/v1/incidents/1/entries', { kind: 'hidden' }, 'vgt_other')).status).toBe(401);
    await vigie('token', 'ada', '--revoke', '--config', running.config);
    expect((await api('/api/v1/incidents/1/entries', { kind: 'hidden' })).status).toBe(401);
    expect((await api('/api/v1/incidents/1')).answer).toEqual(before.answer);
    mended.close();
  },
);
