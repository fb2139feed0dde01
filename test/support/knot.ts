// A private authoritative name server: Knot, on a free port of the loopback.
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort, makeFolder, removeFolder, startDaemon } from './daemon.ts';
import { installed } from './installed.ts';

export const canKnot = installed('knotd') && installed('knotc');

export interface Knot extends AsyncDisposable {
  readonly port: number;
  readonly folder: string;
  /** Freezes it: the kernel still takes in datagrams and connections, and nobody answers. */
  readonly pause: () => void;
  readonly resume: () => void;
  /** Ends it as a crash does. */
  readonly kill: () => Promise<void>;
  readonly start: () => Promise<void>;
  /** Serves these zones and no others, each as the text of a zone file. */
  readonly serve: (zones: Zones, setting?: Setting) => void;
}

export type Zones = Readonly<Record<string, string>>;

/** What stands in the configuration besides: sections of their own, and lines that hold for every zone. */
export interface Setting {
  readonly sections?: string;
  readonly zoneLines?: readonly string[];
}

export const startKnot = async (
  zones: Zones,
  {
    addresses = ['127.0.0.1', '::1'],
    port: wanted,
    ...setting
  }: Setting & { readonly addresses?: readonly string[]; readonly port?: number } = {},
): Promise<Knot> => {
  const folder = makeFolder('knot');
  const port = wanted ?? (await freePort());
  const file = join(folder, 'knot.conf');
  const write = (zones: Zones, setting: Setting) => {
    for (const [name, text] of Object.entries(zones)) writeFileSync(join(folder, `${name}.zone`), text);
    const listen = addresses.map((address) => `${address}@${port}`);
    writeFileSync(file, configuration(folder, listen, Object.keys(zones), setting));
  };
  const control = (...words: string[]) =>
    execFileSync('knotc', ['-c', file, '-b', ...words], { stdio: 'pipe', env: { PATH: usualPath } });
  write(zones, setting);
  const daemon = await startDaemon(['knotd', '-c', file], {
    folder,
    env: { PATH: usualPath },
    isReady: async () => control('zone-status'),
  });
  return {
    port,
    folder,
    pause: daemon.pause,
    resume: daemon.resume,
    kill: daemon.kill,
    start: daemon.start,
    serve: (zones, now = setting) => {
      write(zones, now);
      control('reload');
    },
    [Symbol.asyncDispose]: async () => {
      await daemon.stop('SIGTERM');
      removeFolder(folder);
    },
  };
};

const usualPath = `${process.env['PATH']}:/usr/sbin`;

// The journal is off, so that the zone file alone says what is served.
const configuration = (
  folder: string,
  listen: readonly string[],
  zones: readonly string[],
  { sections = '', zoneLines = [] }: Setting,
): string => `
server:
  listen: [ ${listen.join(', ')} ]
  rundir: ${folder}
  udp-workers: 1
  tcp-workers: 1
  background-workers: 1
  udp-max-payload: 1232
database:
  storage: ${folder}
${sections}
template:
  - id: default
    storage: ${folder}
    file: "%s.zone"
    zonefile-load: whole
    journal-content: none
${zoneLines.map((line) => `    ${line}`).join('\n')}
zone:
${zones.map((zone) => `  - domain: ${zone}`).join('\n')}
`;
