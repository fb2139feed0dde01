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
import { startVigie } from '../support/vigie.ts';
import { quantile } from './figures.ts';
import type { Bench } from './figures.ts';

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
}

export const alerts: Bench = async (progress) => {
  const folder = mkdtempSync(join(tmpdir(), 'vigie-bench-'));
  const { arrivals, server: receiver } = await startReceiver();
  const webs = await startWebs();
  const vigie = await startVigie(folder, configuration(webs, portOf(receiver)));
  try {
    const startedMs = performance.now();
    const arrival = async (route: string, kind: string, sinceMs: number): Promise<number> => {
      const untilMs = performance.now() + patienceMs;
      while (performance.now() < untilMs) {
        const found = arrivals.find((one) => one.route === route && one.kind === kind && one.atMs >= sinceMs);
        if (found !== undefined) return found.atMs;
        await sleep(20);
      }
      return Infinity;
    };
    progress(`${webs.size} web servers are watched; ${doomed} of them die, ${times} times each`);
    // Each check has been made at least once.
    await sleep(25_000);
    const seconds: number[] = [];
    const dieOften = async (id: string, web: Web) => {
      const firstMs = Math.random() * everyMs;
      for (let time = 0; time < times; time++) {
        await sleep(untilPhaseMs(firstMs + (time * everyMs) / times));
        const killedMs = performance.now();
        web.kill();
        seconds.push(((await arrival(id, 'alert', killedMs)) - killedMs) / 1_000);
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
    const slowAfterMs = (await arrival('slow', 'alert', 0)) - startedMs;
    const falseAlarms = arrivals.filter(({ route }) => route === 'blip').length;
    return [
      {
        id: `median of ${seconds.length} kills`,
        value: quantile(seconds, 0.5),
        unit: 's',
        goal: { max: 22 },
      },
      { id: 'the slowest', value: Math.max(...seconds), unit: 's', goal: { max: 35 } },
      { id: `alerts of ${blippers * times} blips`, value: falseAlarms, unit: '', goal: { max: 0 } },
      { id: 'start to degraded at 3 s', value: slowAfterMs / 1_000, unit: 's', goal: { max: 90 } },
    ];
  } finally {
    await vigie.end('SIGKILL');
    for (const web of webs.values()) web.kill();
    receiver.close();
    rmSync(folder, { recursive: true });
  }
};

/** Moments are random, and those of one server lie evenly in its interval: that takes chance out of the median. */
const untilPhaseMs = (phaseMs: number): number =>
  (((phaseMs - performance.now()) % everyMs) + everyMs) % everyMs;

const portOf = (server: Server): number => (server.address() as AddressInfo).port;

/** The path of a message is its route. */
const startReceiver = async (): Promise<{ readonly arrivals: Arrival[]; readonly server: Server }> => {
  const arrivals: Arrival[] = [];
  const server = createServer((request, response) => {
    const atMs = performance.now();
    void json(request).then((body) => {
      arrivals.push({ route: request.url?.slice(1) ?? '', kind: (body as { kind: string }).kind, atMs });
      response.end();
    });
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return { arrivals, server };
};

class Web {
  #server = createServer();
  port = 0;
  readonly #answerMs: number;

  constructor(answerMs: number) {
    this.#answerMs = answerMs;
  }

  async start(): Promise<void> {
    this.#server = createServer((_, response) => setTimeout(() => response.end('ok'), this.#answerMs));
    await once(this.#server.listen(this.port, '127.0.0.1'), 'listening');
    this.port = portOf(this.#server);
  }

  kill(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }
}

const startWebs = async (): Promise<ReadonlyMap<string, Web>> => {
  const names = (name: string, count: number) =>
    Array.from({ length: count }, (_, index) => `${name}-${index}`);
  const ids = [...names('kill', doomed), ...names('blip', blippers), 'slow'];
  const webs = new Map(ids.map((id) => [id, new Web(id === 'slow' ? slowMs : 0)]));
  await Promise.all([...webs.values()].map((web) => web.start()));
  return webs;
};

/** A route for each server, so that none waits for what another one has to say; one for all that blip. */
const configuration = (webs: ReadonlyMap<string, Web>, receiver: number): string => {
  const ids = [...webs.keys()];
  const services = ids.map((id) => ({
    id,
    name: id,
    checks: [{ type: 'http', url: `http://127.0.0.1:${webs.get(id)?.port}/`, every: '20s' }],
  }));
  const route = (id: string, services: readonly string[]) => ({
    id,
    type: 'webhook',
    url: `http://127.0.0.1:${receiver}/${id}`,
    services,
  });
  const blips = ids.filter((id) => id.startsWith('blip'));
  const others = ids.filter((id) => !blips.includes(id));
  const notify = [route('blip', blips), ...others.map((id) => route(id, [id]))];
  return `services: ${JSON.stringify(services)}\nnotify: ${JSON.stringify(notify)}`;
};

const blipOften = async (web: Web): Promise<void> => {
  for (let time = 0; time < times; time++) {
    await sleep(Math.random() * spreadMs);
    web.kill();
    await sleep(blipMs);
    await web.start();
    await sleep(spreadMs);
  }
};
