// Sixty checks behind two uplinks, all of it real: both die, and one message says so; both are back, and one says that.
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo, Server } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import type { Message } from '../../../server/core/alerts/message.ts';
import { temporaryFolder } from '../../support/folder.ts';
import { startReceiver } from '../../support/receiver.ts';
import { startVigie } from '../../support/vigie.ts';

/** What is folded into one more message comes by then. */
const foldedMs = 35_000;

/** Ports that all answer, or none does. */
class Ports {
  #servers: Server[] = [];
  numbers: number[] = [];

  async open(count: number): Promise<void> {
    const ports = Array.from({ length: count }, (_, index) => this.numbers[index] ?? 0);
    this.#servers = await Promise.all(
      ports.map(async (port) => {
        const server = createServer((socket) => socket.on('error', () => {}).end());
        await once(server.listen(port, '127.0.0.1'), 'listening');
        return server;
      }),
    );
    this.numbers = this.#servers.map((server) => (server.address() as AddressInfo).port);
  }

  close(): void {
    for (const server of this.#servers) server.close();
  }
}

const configuration = (ports: readonly number[], hook: string): string => {
  const check = (id: string, port: number | undefined) => ({ id, type: 'tcp', host: '127.0.0.1', port });
  const service = (index: number) => ({
    id: `s-${index}`,
    name: `Service ${index}`,
    'depends-on': ['network'],
    checks: Array.from({ length: 5 }, (_, n) => check(`c-${index}-${n}`, ports[2 + index * 5 + n])),
  });
  const uplinks = [check('uplink-a', ports[0]), check('uplink-b', ports[1])];
  const services = [
    { id: 'network', name: 'Network', checks: uplinks },
    ...Array.from({ length: 12 }, (_, index) => service(index)),
  ];
  return [
    'defaults: { every: 10s, timeout: 2s, confirm: { over: 4s, recheck: 2s }, recover: { over: 4s } }',
    `services: ${JSON.stringify(services)}`,
    `notify: [{ id: hook, type: webhook, url: '${hook}' }]`,
  ].join('\n');
};

test('one message when both uplinks die, and one when they are back', { timeout: 240_000 }, async () => {
  const ports = new Ports();
  await ports.open(62);
  onTestFinished(() => ports.close());
  const { url, received } = await startReceiver();
  await using vigie = await startVigie(temporaryFolder(), configuration(ports.numbers, url));
  const messages = () => received.map(({ body }) => JSON.parse(body) as Message);
  const states = async () => (await vigie.status()).services.map(({ state }) => state);
  await expect.poll(states, { timeout: 60_000 }).toEqual(Array<string>(13).fill('up'));

  ports.close();
  await expect.poll(states, { timeout: 60_000 }).toEqual(Array<string>(13).fill('down'));
  await sleep(foldedMs);
  expect(messages().map(({ kind, title }) => `${kind} ${title.en}`)).toEqual(['alert Network: down']);

  await ports.open(62);
  await expect.poll(states, { timeout: 60_000 }).toEqual(Array<string>(13).fill('up'));
  await sleep(foldedMs);
  expect(messages().map(({ kind }) => kind)).toEqual(['alert', 'recovery']);
  expect(messages()[1]?.title.en).toMatch(/^Network: works again after/);
});
