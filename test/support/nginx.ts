// A private nginx, for what a test puts into its `http` block.
import { mkdirSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { once } from 'node:events';
import { join } from 'node:path';
import { freePort, makeFolder, removeFolder, startDaemon } from './daemon.ts';

export interface Nginx extends AsyncDisposable {
  readonly port: number;
  /** Where `files` are. */
  readonly folder: string;
  /** Freezes it: it accepts connections and says nothing. */
  readonly pause: () => void;
  readonly resume: () => void;
  /** Ends it as a crash does. */
  readonly kill: () => Promise<void>;
  readonly start: () => Promise<void>;
  /** Begins anew with these `server` blocks, or with those it was started with. */
  readonly restart: (http?: (port: number) => string) => Promise<void>;
  readonly stop: () => Promise<void>;
}

/** Where one runs that is not on this machine's loopback. */
export interface Elsewhere {
  readonly namespace: string;
  /** From here it can be reached at this one. */
  readonly address: string;
}

/**
 * Starts nginx on a free port of 127.0.0.1. `http` writes the `server { listen 127.0.0.1:PORT … }` blocks; relative
 * paths in it are those of `files`, which are written into its folder.
 */
export const startNginx = async ({
  http,
  files = {},
  elsewhere,
}: {
  readonly http: (port: number) => string;
  readonly files?: Readonly<Record<string, string>>;
  readonly elsewhere?: Elsewhere;
}): Promise<Nginx> => {
  const folder = makeFolder('nginx');
  const port = await freePort();
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(join(folder, name, '..'), { recursive: true });
    writeFileSync(join(folder, name), content);
  }
  const configure = (http: (port: number) => string) =>
    writeFileSync(join(folder, 'nginx.conf'), configuration(http(port)));
  configure(http);
  const daemon = await startDaemon(
    ['nginx', '-p', folder, '-c', join(folder, 'nginx.conf'), '-e', join(folder, 'error.log')],
    {
      folder,
      env: { PATH: `${process.env['PATH']}:/usr/sbin` },
      ...(elsewhere && { namespace: elsewhere.namespace }),
      isReady: async () => {
        const socket = connect(port, elsewhere?.address ?? '127.0.0.1');
        await once(socket, 'connect');
        socket.destroy();
      },
    },
  );
  const stop = async () => {
    await daemon.stop('SIGTERM');
    removeFolder(folder);
  };
  const { pause, resume, kill, start } = daemon;
  const restart = async (next = http) => {
    await kill();
    configure(next);
    await start();
  };
  return { port, folder, pause, resume, kill, start, restart, stop, [Symbol.asyncDispose]: stop };
};

// One process, so that freezing and ending it leaves no worker behind.
const configuration = (http: string): string => `
daemon off;
master_process off;
pid nginx.pid;
events {}
http {
  access_log off;
  client_body_temp_path temp-body;
  proxy_temp_path temp-proxy;
  fastcgi_temp_path temp-fastcgi;
  uwsgi_temp_path temp-uwsgi;
  scgi_temp_path temp-scgi;
  ${http}
}
`;
