// A private ngIRCd, on free ports of the loopback, one of them encrypted.
import type { Issued } from './certificates.ts';
import { freePort, giveFile, makeFolder, removeFolder, startDaemon } from './daemon.ts';
import type { Daemon } from './daemon.ts';
import { installed } from './installed.ts';
import { untilTalking } from './irc-client.ts';

export const canNgircd = installed('ngircd');

export interface Ngircd extends AsyncDisposable, Pick<Daemon, 'kill' | 'start'> {
  readonly port: number;
  readonly tlsPort: number;
  readonly password: string;
}

export const startNgircd = async ({ certificate }: { readonly certificate: Issued }): Promise<Ngircd> => {
  const folder = makeFolder('ngircd');
  const [port, tlsPort] = [await freePort(), await freePort()];
  const password = 'a-password-of-the-lab';
  const file = giveFile(
    folder,
    'ngircd.conf',
    `[Global]
Name = irc.lab.test
AdminInfo1 = Lab
AdminEMail = nobody@lab.test
Info = Lab
Listen = 127.0.0.1
Ports = ${port}
Password = ${password}
MotdPhrase = Welcome to the lab
[Limits]
MaxConnectionsIP = 0
[Options]
DNS = no
Ident = no
PAM = no
SyslogFacility = local1
[SSL]
Ports = ${tlsPort}
CertFile = ${giveFile(folder, 'chain.pem', certificate.chain)}
KeyFile = ${giveFile(folder, 'key.pem', certificate.key)}
[Channel]
Name = #closed
Modes = +iP
`,
  );
  const daemon = await startDaemon(['/usr/sbin/ngircd', '-n', '-f', file], {
    folder,
    env: {},
    isReady: () => untilTalking(port, password),
  });
  return {
    port,
    tlsPort,
    password,
    kill: daemon.kill,
    start: daemon.start,
    [Symbol.asyncDispose]: async () => {
      await daemon.kill();
      removeFolder(folder);
    },
  };
};
