// A private Alertmanager that tells what it knows, and hands it to a webhook of the test.
import { freePort, giveFile, makeFolder, removeFolder, startDaemon } from './daemon.ts';
import type { Daemon } from './daemon.ts';
import { installed } from './installed.ts';

export const canAlertmanager = installed('prometheus-alertmanager');

export interface Alertmanager extends AsyncDisposable, Pick<Daemon, 'kill' | 'start'> {
  readonly url: string;
  /** What it holds to be going on now. */
  readonly alerts: () => Promise<readonly KnownAlert[]>;
}

export interface KnownAlert {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly startsAt: string;
}

export const startAlertmanager = async (webhook: string): Promise<Alertmanager> => {
  const folder = makeFolder('alertmanager');
  const url = `http://127.0.0.1:${await freePort()}`;
  const file = giveFile(
    folder,
    'alertmanager.yml',
    `route: { receiver: test, group_by: ['...'], group_wait: 100ms, group_interval: 1s, repeat_interval: 1h }
receivers: [ { name: test, webhook_configs: [ { url: '${webhook}', send_resolved: true } ] } ]
`,
  );
  const daemon = await startDaemon(
    [
      'prometheus-alertmanager',
      `--config.file=${file}`,
      '--storage.path=data',
      `--web.listen-address=${new URL(url).host}`,
      '--cluster.listen-address=',
    ],
    {
      folder,
      env: {},
      isReady: async () => {
        if (!(await fetch(`${url}/-/ready`)).ok) throw new Error('not ready yet');
      },
    },
  );
  return {
    url,
    alerts: async () => (await (await fetch(`${url}/api/v2/alerts`)).json()) as readonly KnownAlert[],
    kill: daemon.kill,
    start: daemon.start,
    [Symbol.asyncDispose]: async () => {
      await daemon.kill();
      removeFolder(folder);
    },
  };
};
