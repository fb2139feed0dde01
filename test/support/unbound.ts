// A private resolver: Unbound, on a free port of the loopback, that asks servers of a test's choice.
import { connect } from 'node:net';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort, makeFolder, removeFolder, startDaemon } from './daemon.ts';
import { installed } from './installed.ts';

export const canUnbound = installed('unbound');

export interface Unbound extends AsyncDisposable {
  readonly port: number;
  readonly pause: () => void;
  readonly resume: () => void;
  /** Ends it as a crash does. */
  readonly kill: () => Promise<void>;
  readonly start: () => Promise<void>;
  /** Begins anew with these lines, or with those it was started with. */
  readonly restart: (lines?: readonly string[]) => Promise<void>;
}

/**
 * `upstreams` gives the authoritative server of each zone, as `address@port` or its port on 127.0.0.1; `lines` go into the
 * `server:` section. With the DS of zones that it trusts it validates.
 */
export const startUnbound = async ({
  upstreams,
  trusted = [],
  lines = [],
}: {
  readonly upstreams: Upstreams;
  readonly trusted?: readonly string[];
  readonly lines?: readonly string[];
}): Promise<Unbound> => {
  const folder = makeFolder('unbound');
  const port = await freePort();
  const file = join(folder, 'unbound.conf');
  const configure = (lines: readonly string[]) =>
    writeFileSync(file, configuration(folder, port, upstreams, [...validation(trusted), ...lines]));
  configure(lines);
  const daemon = await startDaemon(['unbound', '-d', '-p', '-c', file], {
    folder,
    env: { PATH: `${process.env['PATH']}:/usr/sbin` },
    isReady: async () => {
      const socket = connect(port, '127.0.0.1');
      await once(socket, 'connect');
      socket.destroy();
    },
  });
  return {
    port,
    pause: daemon.pause,
    resume: daemon.resume,
    kill: daemon.kill,
    start: daemon.start,
    restart: async (next = lines) => {
      await daemon.kill();
      configure(next);
      await daemon.start();
    },
    [Symbol.asyncDispose]: async () => {
      await daemon.stop('SIGTERM');
      removeFolder(folder);
    },
  };
};

const validation = (trusted: readonly string[]): readonly string[] => [
  `module-config: "${trusted.length > 0 ? 'validator ' : ''}iterator"`,
  ...trusted.map((anchor) => `trust-anchor: "${anchor}"`),
];

type Upstreams = Readonly<Record<string, number | string>>;

const addressOf = (upstream: number | string): string =>
  typeof upstream === 'number' ? `127.0.0.1@${upstream}` : upstream;

const configuration = (
  folder: string,
  port: number,
  upstreams: Upstreams,
  lines: readonly string[],
): string => `
server:
  interface: 127.0.0.1
  port: ${port}
  directory: "${folder}"
  chroot: ""
  username: ""
  pidfile: ""
  use-syslog: no
  num-threads: 1
  do-not-query-localhost: no
  cache-max-ttl: 0
  cache-max-negative-ttl: 0
  qname-minimisation: no
  # Names of tests are not for the DNS (RFC 6761), but here they are.
  local-zone: "test." nodefault
${lines.map((line) => `  ${line}`).join('\n')}
remote-control:
  control-enable: no
${Object.entries(upstreams)
  .map(([zone, upstream]) => `stub-zone:\n  name: ${zone}\n  stub-addr: ${addressOf(upstream)}\n`)
  .join('')}
`;
