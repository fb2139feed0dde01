// A private secondary name server: NSD, on the loopback, that takes its zone from a primary.
import { rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { once } from 'node:events';
import { join } from 'node:path';
import { makeFolder, removeFolder, startDaemon } from './daemon.ts';
import { installed } from './installed.ts';

export const canNsd = installed('nsd');

export interface Nsd extends AsyncDisposable {
  readonly stop: () => Promise<void>;
  readonly start: () => Promise<void>;
  /** Its copy of the zone; to be called while it is stopped. */
  readonly forget: () => void;
}

interface Place {
  readonly address: string;
  readonly port: number;
  readonly primary: string;
}

export const startNsd = async (zone: string, place: Place): Promise<Nsd> => {
  const folder = makeFolder('nsd');
  const file = join(folder, 'nsd.conf');
  writeFileSync(file, configuration(folder, zone, place));
  const daemon = await startDaemon(['nsd', '-d', '-c', file], {
    folder,
    env: { PATH: `${process.env['PATH']}:/usr/sbin` },
    isReady: async () => {
      const socket = connect(place.port, place.address);
      await once(socket, 'connect');
      socket.destroy();
    },
  });
  const stop = () => daemon.stop('SIGTERM');
  return {
    stop,
    start: daemon.start,
    forget: () => {
      for (const name of ['copy.zone', 'xfrd.state']) rmSync(join(folder, name), { force: true });
    },
    [Symbol.asyncDispose]: async () => {
      await stop();
      removeFolder(folder);
    },
  };
};

const configuration = (folder: string, zone: string, { address, port, primary }: Place): string => `
server:
  ip-address: ${address}@${port}
  server-count: 1
  username: ""
  chroot: ""
  zonesdir: "${folder}"
  database: ""
  pidfile: "${folder}/nsd.pid"
  zonelistfile: "${folder}/zone.list"
  xfrdfile: "${folder}/xfrd.state"
  xfrdir: "${folder}"
  xfrd-reload-timeout: 0
remote-control:
  control-enable: no
zone:
  name: ${zone}
  zonefile: copy.zone
  allow-notify: ${primary} NOKEY
  request-xfr: AXFR ${primary}@${port} NOKEY
  outgoing-interface: ${address}
`;
