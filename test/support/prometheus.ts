// A private Prometheus that scrapes itself every second.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Daemon } from './daemon.ts';
import { freePort, makeFolder, removeFolder, startDaemon } from './daemon.ts';

export interface Prometheus extends Pick<Daemon, 'pause' | 'resume' | 'kill' | 'start'>, AsyncDisposable {
  readonly url: string;
  /** The address that answers an instant query, at a time in epoch seconds or now. */
  readonly query: (expression: string, at?: number) => string;
}

/** `port`: of another target on this machine. */
export const startPrometheus = async ({ port }: { readonly port?: number } = {}): Promise<Prometheus> => {
  const folder = makeFolder('prometheus');
  const url = `http://127.0.0.1:${await freePort()}`;
  writeFileSync(
    join(folder, 'prometheus.yml'),
    configuration([new URL(url).host, ...(port === undefined ? [] : [`127.0.0.1:${port}`])]),
  );
  const query = (expression: string, at?: number) =>
    `${url}/api/v1/query?query=${encodeURIComponent(expression)}${at === undefined ? '' : `&time=${at}`}`;
  const daemon = await startDaemon(
    [
      'prometheus',
      '--config.file=prometheus.yml',
      '--storage.tsdb.path=data',
      `--web.listen-address=${new URL(url).host}`,
    ],
    {
      folder,
      env: {},
      // Ready when it has scraped itself once.
      isReady: async () => {
        const { data } = (await (await fetch(query('up == 1'))).json()) as { data: { result: unknown[] } };
        if (data.result.length === 0) throw new Error('not scraped yet');
      },
    },
  );
  const end = async () => {
    await daemon.kill();
    removeFolder(folder);
  };
  const { pause, resume, kill, start } = daemon;
  return { url, query, pause, resume, kill, start, [Symbol.asyncDispose]: end };
};

const configuration = (targets: readonly string[]): string => `
global: { scrape_interval: 1s }
scrape_configs:
  - job_name: lab
    static_configs: [ { targets: ${JSON.stringify(targets)} } ]
`;
