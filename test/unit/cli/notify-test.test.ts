// A route tried by hand, and the warning about routes that go down with what they tell of.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { main } from '../../../server/cli/commands.ts';
import { temporaryFolder } from '../../support/folder.ts';
import { lastJson, startReceiver } from '../../support/receiver.ts';

afterEach(() => vi.restoreAllMocks());

const vigie = async (...words: readonly string[]) => {
  const said = { code: 0, output: '', errors: '' };
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => ((said.output += String(text)), true));
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => ((said.errors += String(text)), true));
  said.code = await main(words);
  return said;
};

const withRoutes = (...routes: readonly string[]): string => {
  const path = join(temporaryFolder(), 'vigie.yaml');
  writeFileSync(
    path,
    `organisation: { name: Globenet, timezone: Europe/Paris }
services: [{ id: web, name: Web, checks: [{ type: tcp, host: www.example.org, port: 80 }] }]
notify: [${routes.join(', ')}]
`,
  );
  return path;
};

test('notify-test sends a message that says that it is one, and tells what the receiver said', async () => {
  const receiver = await startReceiver({ body: 'taken' });
  const config = withRoutes(`{ id: hook, type: webhook, url: "${receiver.url}" }`);
  const { code, output } = await vigie('notify-test', 'hook', '--config', config);
  expect(output).toMatch(/^hook \(webhook\): delivered in \d+\.\d\d s\n {2}answered 200: taken\n$/);
  expect(code).toBe(0);
  expect(lastJson(receiver)).toMatchObject({
    kind: 'test',
    title: { fr: 'Message d’essai de Vigie – Globenet', en: 'Test message of Vigie – Globenet' },
  });
});

test.for([
  [503, /^hook \(webhook\): not delivered \(Vigie would try again\) in .*\n {2}answered 503\n$/],
  [401, /^hook \(webhook\): refused for good in .*\n {2}answered 401\n$/],
] as const)('notify-test that is answered %i fails', async ([status, expected]) => {
  const receiver = await startReceiver({ status });
  const config = withRoutes(`{ id: hook, type: webhook, url: "${receiver.url}" }`);
  const { code, output } = await vigie('notify-test', 'hook', '--config', config);
  expect(output).toMatch(expected);
  expect(code).toBe(1);
});

test('notify-test names the routes that there are', async () => {
  const config = withRoutes('{ id: hook, type: webhook, url: "https://hook.example.net/" }');
  const { code, errors } = await vigie('notify-test', 'hok', '--config', config);
  expect([code, errors]).toEqual([
    1,
    `vigie notify-test: there is no route "hok" in ${config}; it has hook\n`,
  ]);
});

test('check-config warns when every route goes down with what it tells of', async () => {
  const mail =
    '{ id: admins, type: email, host: mx.example.org, from: vigie@example.org, to: [admins@example.org] }';
  const post = '{ id: members, type: mastodon, server: "https://social.example.net/", token: { env: PATH } }';
  const lonely = await vigie('check-config', withRoutes(mail, post));
  expect(lonely.code).toBe(0);
  expect(lonely.output).toContain(
    '2 routes\nwarning: every route shares the fate of what is watched: admins (email) needs mx.example.org, and web watches www.example.org. When that is down, nobody is told.',
  );
  const sms = '{ id: night, type: sms-free-mobile, user: "12345678", key: { env: PATH } }';
  expect((await vigie('check-config', withRoutes(mail, sms))).output).not.toContain('warning');
});
