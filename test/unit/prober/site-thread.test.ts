// The thread that looks at hosted sites: there once somebody asks, and gone without anybody left waiting.
import { expect, test } from 'vitest';
import { SiteThread } from '../../../server/prober/site/client.ts';
import { replyTo, startNameServer } from '../../support/name-server.ts';

const siteAt = (port: number) => ({
  domain: 'ok.example.org',
  prefixes: ['192.0.2.0/24'],
  nameServers: [],
  mailServers: [],
  resolvers: [`127.0.0.1:${port}`],
});

const log = { error: () => {} };

test('answers each who asks', async () => {
  await using server = await startNameServer((asked) => [replyTo(asked, { answers: [] })]);
  const thread = new SiteThread(log);
  const both = await Promise.all([thread.examine(siteAt(server.port)), thread.examine(siteAt(server.port))]);
  for (const facts of both) expect(facts).toMatchObject({ name: { standing: 'found' }, visits: [] });
  await thread.close();
  // Begun anew.
  expect(await thread.examine(siteAt(server.port))).toBeDefined();
  await thread.close();
});

test('who waits when it ends is told that nothing was seen', async () => {
  await using deaf = await startNameServer(() => []);
  const thread = new SiteThread(log);
  const waiting = thread.examine(siteAt(deaf.port));
  await thread.close();
  expect(await waiting).toBeUndefined();
});

test('a bug is told by its kind, and without the name of the site', async () => {
  const told: object[] = [];
  const thread = new SiteThread({ error: (_event, fields = {}) => void told.push(fields) });
  const facts = await thread.examine({ ...siteAt(1), prefixes: ['ok.example.org/x'] });
  expect(facts).toBeUndefined();
  expect(told).toEqual([{ error: expect.stringMatching(/^\w*Error$/) }]);
  await thread.close();
});
