// From the death of a web server to the webhook that says so, through the whole of a real Vigie at its usual settings;
// and nothing of servers that were away for two seconds.
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { startNginx } from '../support/nginx.ts';
import type { Nginx } from '../support/nginx.ts';
import { startVigie } from '../support/vigie.ts';
import type { Bench, Figure } from './figures.ts';

/** Each of so many servers dies twice; each of the others is away twice. */
const doomed = 25;
const blippers = 50;
const times = 2;
const blipMs = 2_000;
const slowMs = 3_000;
const everyMs = 20_000;
const spreadMs = 40_000;
const patienceMs = 90_000;

interface Arrival {
  readonly route: string;
  readonly kind: string;
  readonly atMs: number;
  /** From the first failed probe to the decision, and from there to here. */
  readonly confirmedMs: number;
  readonly deliveredMs: number;
}

export const alerts: Bench = async (progress) => {
  await using left = new AsyncDisposableStack();
  const folder = mkdtempSync(join(tmpdir(), 'vigie-bench-'));
  left.defer(() => rmSync(folder, { recursive: true }));
  const { arrivals, server: receiver } = await startReceiver();
  left.defer(() => {
    receiver.close();
  });
  const lazy = await startLazy();
  left.defer(() => lazy.close().closeAllConnections());
  const webs = await startWebs((web) => left.use(web));
  const ports = new Map([...[...webs].map(([id, { port }]) => [id, port] as const), ['slow', portOf(lazy)]]);
  left.use(await startVigie(folder, configuration(ports, portOf(receiver))));

  const startedMs = performance.now();
  const arrival = async (route: string, kind: string, sinceMs: number): Promise<Arrival> => {
    const untilMs = performance.now() + patienceMs;
    while (performance.now() < untilMs) {
      const found = arrivals.find((one) => one.route === route && one.kind === kind && one.atMs >= sinceMs);
      if (found !== undefined) return found;
      await sleep(20);
    }
    return { route, kind, atMs: Infinity, confirmedMs: Infinity, deliveredMs: Infinity };
  };
  progress(`${webs.size} web servers are watched; ${doomed} of them die, ${times} times each`);
  // Each check has been made at least once.
  await sleep(25_000);
  const seconds: number[] = [];
  const alerts: Arrival[] = [];
  const dieOften = async (id: string, web: Nginx) => {
    const firstMs = Math.random() * everyMs;
    for (let time = 0; time < times; time++) {
      await sleep(untilPhaseMs(firstMs + (time * everyMs) / times));
      const killedMs = performance.now();
      await web.kill();
      const alert = await arrival(id, 'alert', killedMs);
      alerts.push(alert);
      seconds.push((alert.atMs - killedMs) / 1_000);
      const revivedMs = performance.now();
      await web.start();
      await arrival(id, 'recovery', revivedMs);
    }
  };
  const named = (name: string) => [...webs].filter(([id]) => id.startsWith(name));
  await Promise.all([
    ...named('kill').map(([id, web]) => dieOften(id, web)),
    ...named('blip').map(([, web]) => blipOften(web)),
  ]);
  const slowAfterMs = (await arrival('slow', 'alert', 0)).atMs - startedMs;
  const falseAlarms = arrivals.filter(({ route }) => route === 'blip').length;
  return [
    { id: 'kills', value: seconds.length, unit: '' },
    { id: 'kill_to_webhook_median_s', value: median(seconds), unit: 's', goal: { max: 22 } },
    { id: 'kill_to_webhook_max_s', value: Math.max(...seconds), unit: 's', goal: { max: 35 } },
    ...part(
      'first_failure_to_decision',
      alerts.map((one) => one.confirmedMs / 1_000),
    ),
    ...part(
      'decision_to_webhook',
      alerts.map((one) => one.deliveredMs / 1_000),
    ),
    { id: 'blips', value: blippers * times, unit: '' },
    { id: 'alerts_of_blips', value: falseAlarms, unit: '', goal: { max: 0 } },
    { id: 'slow_to_degraded_s', value: slowAfterMs / 1_000, unit: 's', goal: { max: 90 } },
  ];
};

const part = (name: string, seconds: readonly number[]): readonly Figure[] => [
  { id: `${name}_median_s`, value: median(seconds), unit: 's' },
  { id: `${name}_max_s`, value: Math.max(...seconds), unit: 's' },
];

/** Of an even number it is between the two in the middle, and here they are far apart. */
const median = (values: readonly number[]): number => {
  const sorted = values.toSorted((a, b) => a - b);
  const [below = Number.NaN, above = below] = sorted.slice(
    Math.ceil(sorted.length / 2) - 1,
    Math.floor(sorted.length / 2) + 1,
  );
  return (below + above) / 2;
};

/** Moments are random, and those of one server lie evenly in its interval: that takes chance out of the median. */
const untilPhaseMs = (phaseMs: number): number =>
  (((phaseMs - performance.now()) % everyMs) + everyMs) % everyMs;

const portOf = (server: Server): number => (server.address() as AddressInfo).port;

interface Told {
  readonly kind: string;
  readonly at: string;
  readonly alerts: readonly { readonly startedAt: string }[];
}

/** The path of a message is its route. */
const startReceiver = async (): Promise<{ readonly arrivals: Arrival[]; readonly server: Server }> => {
  const arrivals: Arrival[] = [];
  const server = createServer((request, response) => {
    const atMs = performance.now();
    const now = Date.now();
    void json(request).then((body) => {
      const { kind, at, alerts } = body as Told;
      const decidedAt = Date.parse(at);
      const [first = { startedAt: at }] = alerts;
      const confirmedMs = decidedAt - Date.parse(first.startedAt);
      const route = request.url?.slice(1) ?? '';
      arrivals.push({ route, kind, atMs, confirmedMs, deliveredMs: now - decidedAt });
      response.end();
    });
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return { arrivals, server };
};

/** One that takes its time for each answer. */
const startLazy = async (): Promise<Server> => {
  const server = createServer((_, response) => setTimeout(() => response.end('ok'), slowMs));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return server;
};

const http = (port: number) => `server { listen 127.0.0.1:${port}; location / { return 200 ok; } }`;

/** Each a process of its own; one after the other, so that no two find the same port free. */
const startWebs = async (own: (web: Nginx) => Nginx): Promise<ReadonlyMap<string, Nginx>> => {
  const names = (name: string, count: number) =>
    Array.from({ length: count }, (_, index) => `${name}-${index}`);
  const webs = new Map<string, Nginx>();
  for (const id of [...names('kill', doomed), ...names('blip', blippers)])
    webs.set(id, own(await startNginx({ http })));
  return webs;
};

/** A route for each server, so that none waits for what another one has to say; one for all that blip. */
const configuration = (ports: ReadonlyMap<string, number>, receiver: number): string => {
  const services = [...ports].map(([id, port]) => ({
    id,
    name: id,
    checks: [{ type: 'http', url: `http://127.0.0.1:${port}/`, every: '20s' }],
  }));
  const route = (id: string, services: readonly string[]) => ({
    id,
    type: 'webhook',
    url: `http://127.0.0.1:${receiver}/${id}`,
    services,
  });
  const blips = [...ports.keys()].filter((id) => id.startsWith('blip'));
  const others = [...ports.keys()].filter((id) => !blips.includes(id));
  const notify = [route('blip', blips), ...others.map((id) => route(id, [id]))];
  return `services: ${JSON.stringify(services)}\nnotify: ${JSON.stringify(notify)}`;
};

const blipOften = async (web: Nginx): Promise<void> => {
  for (let time = 0; time < times; time++) {
    await sleep(Math.random() * spreadMs);
    await web.kill();
    await sleep(blipMs);
    await web.start();
    await sleep(spreadMs);
  }
};
