// What goes wrong with a number that somebody publishes.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, vi } from 'vitest';
import { catalogue } from '../../support/catalogue.ts';
import { installed } from '../../support/installed.ts';
import { startNginx } from '../../support/nginx.ts';
import type { Nginx } from '../../support/nginx.ts';
import { startPrometheus } from '../../support/prometheus.ts';
import type { Prometheus } from '../../support/prometheus.ts';

const hourMs = 3_600_000;
const requests = (waiting: unknown, ageMs = 0) =>
  JSON.stringify({ queue: { waiting }, at: new Date(Date.now() - ageMs).toISOString() });

const site = (lines: string) => (port: number) =>
  `server {
  listen 127.0.0.1:${port};
  root html;
  ${lines}
}`;
const startTickets = () => startNginx({ http: site(''), files: { 'html/requests.json': requests(3) } });
const publish = (nginx: Nginx, text: string) => writeFileSync(join(nginx.folder, 'html/requests.json'), text);

const published = (text: () => string) => ({
  inject: (nginx: Nginx) => publish(nginx, text()),
  mend: (nginx: Nginx) => publish(nginx, requests(3)),
});
const served = (lines: string) => ({
  inject: (nginx: Nginx) => nginx.restart(site(lines)),
  mend: (nginx: Nginx) => nginx.restart(site('')),
});
const dead = {
  inject: (nginx: Nginx) => nginx.kill(),
  mend: (nginx: Nginx) => nginx.start(),
};

describe.skipIf(!installed('nginx'))('a JSON document', () => {
  catalogue<Nginx>({
    type: 'value',
    start: startTickets,
    stop: (nginx) => nginx.stop(),
    check: ({ port }) => ({
      type: 'value',
      url: `http://127.0.0.1:${port}/requests.json`,
      read: { json: '/queue/waiting', timestamp: '/at' },
      warn: { above: 10 },
      fail: { above: 100, 'older-than': '1h' },
      every: '60s',
      timeout: '1s',
    }),
    faults: [
      {
        fault: 'many requests wait for an answer',
        ...published(() => requests(11)),
        expected: { state: 'degraded', cause: 'bad_value' },
      },
      {
        fault: 'far too many requests wait for an answer',
        ...published(() => requests(101)),
        expected: { state: 'down', cause: 'bad_value' },
      },
      {
        fault: 'the number is not there any more',
        ...published(() => requests(undefined)),
        expected: { state: 'degraded', cause: 'bad_value' },
      },
      {
        fault: 'the number has become a list',
        ...published(() => requests([3])),
        expected: { state: 'down', cause: 'protocol' },
      },
      {
        fault: 'whoever writes the number has stopped',
        ...published(() => requests(3, 2 * hourMs)),
        expected: { state: 'down', cause: 'stale' },
      },
      {
        fault: 'a page of HTML instead, with status 200',
        ...published(() => '<!doctype html><title>Tickets</title>'),
        expected: { state: 'down', cause: 'protocol' },
      },
      {
        fault: 'the document is cut off',
        ...published(() => requests(3).slice(0, -5)),
        expected: { state: 'down', cause: 'protocol' },
      },
      {
        fault: 'the document is far too deep',
        ...published(() => '['.repeat(100_000)),
        expected: { state: 'down', cause: 'protocol' },
      },
      {
        fault: 'the document is far too long',
        ...published(() => `${' '.repeat(2_000_000)}${requests(3)}`),
        expected: { state: 'down', cause: 'bad_body' },
      },
      {
        fault: 'we are told to come less often',
        ...served('return 429;'),
        expected: { state: 'down', cause: 'bad_status' },
      },
      {
        fault: 'the server hangs',
        inject: (nginx) => nginx.pause(),
        mend: (nginx) => nginx.resume(),
        expected: { state: 'down', cause: 'timeout_reply' },
      },
      { fault: 'the server has crashed', ...dead, expected: { state: 'down', cause: 'refused' } },
      { fault: 'the server is restarted within five seconds', ...dead, expected: 'nothing', probes: 1 },
      {
        fault: 'two errors while a new version is brought out',
        ...served('return 502;'),
        expected: 'nothing',
        probes: 2,
      },
      { fault: 'the counter begins anew', ...published(() => requests(0)), expected: 'nothing' },
      { fault: 'the number comes as a text', ...published(() => requests('4')), expected: 'nothing' },
      {
        fault: 'the document is laid out in another way',
        ...published(() => JSON.stringify({ version: 2, ...JSON.parse(requests(3)) }, undefined, 4)),
        expected: 'nothing',
      },
      {
        fault: 'many requests for a moment',
        ...published(() => requests(12)),
        expected: 'nothing',
        probes: 3,
      },
    ],
  });
});

const startMetrics = async () => {
  const nginx = await startNginx({
    http: site('default_type text/plain;'),
    files: { 'html/metrics': 'requests_waiting 3\n' },
  });
  const prometheus = await startPrometheus({ port: nginx.port });
  await scraped(prometheus, 'requests_waiting == 3');
  return { nginx, prometheus };
};
type Metrics = Awaited<ReturnType<typeof startMetrics>>;

/** Waits until Prometheus has seen it so. */
const scraped = ({ query }: Pick<Prometheus, 'query'>, expression: string) =>
  vi.waitFor(
    async () => {
      const { data } = (await (await fetch(query(expression))).json()) as { data: { result: unknown[] } };
      if (data.result.length === 0) throw new Error(`not yet: ${expression}`);
    },
    { timeout: 30_000, interval: 200 },
  );
const exposed = (text: string, expression: string) => ({
  inject: async ({ nginx, prometheus }: Metrics) => {
    writeFileSync(join(nginx.folder, 'html/metrics'), text);
    await scraped(prometheus, expression);
  },
  mend: async ({ nginx, prometheus }: Metrics) => {
    writeFileSync(join(nginx.folder, 'html/metrics'), 'requests_waiting 3\n');
    await scraped(prometheus, 'requests_waiting == 3');
  },
});
const unscraped = {
  inject: async ({ nginx, prometheus }: Metrics) => {
    await nginx.kill();
    await scraped(prometheus, 'absent(requests_waiting)');
  },
  mend: async ({ nginx, prometheus }: Metrics) => {
    await nginx.start();
    await scraped(prometheus, 'requests_waiting == 3');
  },
};
const crashed = {
  inject: ({ prometheus }: Metrics) => prometheus.kill(),
  mend: async ({ prometheus }: Metrics) => {
    await prometheus.start();
    // It forgets a series only whose end it has seen itself.
    await scraped(prometheus, `timestamp(requests_waiting) > ${Date.now() / 1_000}`);
  },
};

describe.skipIf(!['nginx', 'prometheus'].every(installed))('Prometheus', () => {
  catalogue<Metrics>({
    type: 'value',
    start: startMetrics,
    stop: async ({ nginx, prometheus }) => {
      await prometheus[Symbol.asyncDispose]();
      await nginx.stop();
    },
    check: ({ prometheus }) => ({
      type: 'value',
      url: prometheus.query('requests_waiting'),
      read: { json: '/data/result/0/value/1', timestamp: '/data/result/0/value/0' },
      warn: { above: 10 },
      fail: { above: 100, 'older-than': '1h' },
      every: '60s',
      timeout: '1500ms',
    }),
    faults: [
      {
        fault: 'the metric is above its first bound',
        ...exposed('requests_waiting 11\n', 'requests_waiting == 11'),
        expected: { state: 'degraded', cause: 'bad_value' },
      },
      {
        fault: 'the metric is above its last bound',
        ...exposed('requests_waiting 101\n', 'requests_waiting == 101'),
        expected: { state: 'down', cause: 'bad_value' },
      },
      {
        fault: 'the metric was renamed',
        ...exposed('requests_open 3\n', 'requests_open == 3'),
        expected: { state: 'degraded', cause: 'bad_value' },
      },
      {
        fault: 'the metric is not a number',
        ...exposed('requests_waiting NaN\n', 'requests_waiting != requests_waiting'),
        expected: { state: 'degraded', cause: 'bad_value' },
      },
      {
        fault: 'what Prometheus scrapes is dead',
        ...unscraped,
        expected: { state: 'degraded', cause: 'bad_value' },
      },
      {
        fault: 'Prometheus hangs',
        inject: ({ prometheus }) => prometheus.pause(),
        mend: ({ prometheus }) => prometheus.resume(),
        expected: { state: 'down', cause: 'timeout_reply' },
      },
      { fault: 'Prometheus has crashed', ...crashed, expected: { state: 'down', cause: 'refused' } },
      { fault: 'Prometheus is restarted', ...crashed, expected: 'nothing', probes: 2 },
      { fault: 'Prometheus misses some scrapes', ...unscraped, expected: 'nothing', probes: 3 },
      {
        fault: 'the metric begins anew',
        ...exposed('requests_waiting 0\n', 'requests_waiting == 0'),
        expected: 'nothing',
      },
    ],
  });
});
