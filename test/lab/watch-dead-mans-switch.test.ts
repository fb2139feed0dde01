// Vigie itself gives signs of life, and says nowhere to whom.
import { expect, test } from 'vitest';
import { temporaryFolder } from '../support/folder.ts';
import { startReceiver } from '../support/receiver.ts';
import { startVigie } from '../support/vigie.ts';

test('signs of life come while it lives, and are counted', async () => {
  const receiver = await startReceiver();
  await using vigie = await startVigie(
    temporaryFolder(),
    `services: [{ id: web, name: Web, checks: [{ type: tcp, host: 127.0.0.1, port: 9 }] }]
dead-mans-switch: [{ url: '${receiver.url}/sign/canary', every: 10s }]`,
  );
  await expect.poll(() => receiver.received.length, { timeout: 50_000 }).toBeGreaterThanOrEqual(2);
  expect(receiver.received[0]).toMatchObject({ method: 'GET', path: '/sign/canary' });
  const given = await vigie.metric('vigie_dead_mans_switch_total', { result: 'given' });
  expect(given).toBeGreaterThanOrEqual(1);
  expect(await vigie.metric('vigie_dead_mans_switch_total', { result: 'held' })).toBe(0);
  expect(JSON.stringify(vigie.log())).not.toContain('canary');
});
