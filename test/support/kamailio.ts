// A private SIP server: Kamailio, on a free port of the loopback, over UDP and TCP.
import { writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { once } from 'node:events';
import { join } from 'node:path';
import { freePort, makeFolder, removeFolder, startDaemon } from './daemon.ts';
import { installed } from './installed.ts';

export const canKamailio = installed('kamailio');

export interface Kamailio extends AsyncDisposable {
  readonly port: number;
  /** Ends it as a crash does, and starts it so that it does this with a request. */
  readonly restart: (route?: string) => Promise<void>;
  readonly pause: () => void;
  readonly resume: () => void;
  readonly kill: () => Promise<void>;
  readonly start: () => Promise<void>;
}

/** What it says to a request. */
export const saying = (status: number, reason: string): string => `sl_send_reply("${status}", "${reason}");`;

export const startKamailio = async (): Promise<Kamailio> => {
  const folder = makeFolder('kamailio');
  const port = await freePort();
  const file = join(folder, 'kamailio.cfg');
  const configure = (route = saying(200, 'OK')) => writeFileSync(file, configuration(port, route));
  configure();
  const daemon = await startDaemon(['kamailio', '-f', file, '-DD', '-E', '-m', '16', '-M', '4'], {
    folder,
    env: { PATH: `${process.env['PATH']}:/usr/sbin` },
    // Its processes begin one after the other, and the last of them takes the connections.
    isReady: async () => {
      const socket = connect(port, '127.0.0.1', () => socket.write(question));
      await once(socket, 'data', { signal: AbortSignal.timeout(readyMs) }).finally(() => socket.destroy());
    },
  });
  return {
    ...daemon,
    port,
    restart: async (route) => {
      await daemon.kill();
      configure(route);
      await daemon.start();
    },
    [Symbol.asyncDispose]: async () => {
      await daemon.stop('SIGTERM');
      removeFolder(folder);
    },
  };
};

const readyMs = 2_000;
/** A request that no test sends: it is answered whatever the route does. */
const question = `${[
  'INFO sip:lab.test SIP/2.0',
  'Via: SIP/2.0/TCP 127.0.0.1:9;branch=z9hG4bKready',
  'From: <sip:ready@lab.test>;tag=1',
  'To: <sip:lab.test>',
  'Call-ID: ready',
  'CSeq: 1 INFO',
  'Content-Length: 0',
].join('\r\n')}\r\n\r\n`;

const configuration = (port: number, route: string): string => `#!KAMAILIO
debug=0
log_stderror=yes
children=1
tcp_children=1
auto_aliases=no
listen=udp:127.0.0.1:${port}
listen=udp:[::1]:${port}
listen=tcp:127.0.0.1:${port}
loadmodule "sl.so"
loadmodule "pv.so"
loadmodule "cfgutils.so"
request_route {
  if (method == INFO) {
    ${saying(200, 'OK')}
    exit;
  }
  ${route}
}
`;
