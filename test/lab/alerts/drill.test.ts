// The drill tells a real receiver of an outage that it makes itself.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../../support/folder.ts';
import { startReceiver } from '../../support/receiver.ts';
import { vigieCommand } from '../../support/vigie.ts';

const configure = (notify: object): string => {
  const path = join(temporaryFolder(), 'vigie.yaml');
  const organisation = { name: 'Essai', timezone: 'Europe/Paris' };
  const services = [{ id: 'site', name: 'Site', checks: [{ type: 'tcp', host: '127.0.0.1', port: 9 }] }];
  writeFileSync(path, JSON.stringify({ organisation, services, notify: [notify] }));
  return path;
};

test('tells an outage and its end as an exercise, and how long that took', { timeout: 240_000 }, async () => {
  const { url, received } = await startReceiver();
  const config = configure({
    id: 'hook',
    type: 'webhook',
    url: `${url}/hook`,
    services: ['site'],
    after: '1h',
  });
  const { code, output, errors } = await vigieCommand('drill', '--config', config);
  expect(output, errors).toMatch(
    /^outage: noticed after [\d.]+ s\n {2}hook: delivered [\d.]+ s later\nrecovery: noticed after [\d.]+ s\n {2}hook: delivered [\d.]+ s later\n$/,
  );
  expect(code).toBe(0);
  const messages = received.map(({ body }) => JSON.parse(body) as Record<string, unknown>);
  expect(messages).toMatchObject([
    { kind: 'alert', exercise: true, title: { fr: 'Exercice\u00a0: en\u00a0panne' } },
    { kind: 'recovery', exercise: true },
  ]);
});

test('says that there is nobody to tell', async () => {
  const config = configure({ id: 'hook', type: 'webhook', url: 'http://127.0.0.1:9/', audience: 'public' });
  const { code, errors } = await vigieCommand('drill', '--config', config);
  expect([code, errors]).toEqual([
    1,
    'vigie drill: there is no route to tell: see notify: in the configuration\n',
  ]);
});
