// What goes wrong with access to files by FTP.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe } from 'vitest';
import { catalogue } from '../../support/catalogue.ts';
import type { Fault } from '../../support/catalogue.ts';
import { Authority } from '../../support/certificates.ts';
import { canFirewall, startFirewall } from '../../support/firewall.ts';
import type { Firewall } from '../../support/firewall.ts';
import { installed } from '../../support/installed.ts';
import { letIn } from '../../support/guests.ts';
import { serveTcp } from '../../support/loopback.ts';
import { canVsftpd, ftpFile, ftpPassword, startVsftpd } from '../../support/vsftpd.ts';
import type { Vsftpd } from '../../support/vsftpd.ts';

interface Rig {
  readonly lab: Authority;
  readonly vsftpd: Vsftpd;
  readonly firewall: Firewall;
  /** Ends what a fault has put there. */
  leave: () => unknown;
}

const names = ['IP:127.0.0.1'];
const start = async (): Promise<Rig> => {
  const lab = new Authority();
  writeFileSync(join(lab.folder, 'password'), ftpPassword);
  const vsftpd = await startVsftpd(lab.issue({ names }));
  return { lab, vsftpd, firewall: startFirewall(), leave: () => {} };
};
const stop = async ({ lab, vsftpd, firewall, leave }: Rig): Promise<void> => {
  await leave();
  firewall[Symbol.dispose]();
  await vsftpd[Symbol.asyncDispose]();
  lab[Symbol.dispose]();
};

type Expected = Fault<Rig>['expected'];

const anew = async (rig: Rig): Promise<void> => {
  await rig.leave();
  rig.leave = () => {};
  await rig.vsftpd.restart();
};
const becoming = (
  fault: string,
  manner: Parameters<Vsftpd['restart']>[0] | ((rig: Rig) => Parameters<Vsftpd['restart']>[0]),
  expected: Expected,
): Fault<Rig> => ({
  fault,
  inject: (rig) => rig.vsftpd.restart(typeof manner === 'function' ? manner(rig) : manner),
  mend: anew,
  expected,
});
const blocking = (fault: string, rule: string, expected: Expected): Fault<Rig> => ({
  fault,
  inject: ({ vsftpd, firewall }) =>
    firewall.add(rule.replace('DATA', vsftpd.dataPorts).replace('PORT', String(vsftpd.port))),
  mend: ({ firewall }) => firewall.open(),
  expected,
});
const freeze = ({ vsftpd }: Rig): void => vsftpd.pause();
const thaw = ({ vsftpd }: Rig): void => vsftpd.resume();

const down = (cause: Exclude<Expected, string>['cause']): Expected => ({ state: 'down', cause });
const degraded = (cause: Exclude<Expected, string>['cause']): Expected => ({ state: 'degraded', cause });

const faults: readonly Fault<Rig>[] = [
  { fault: 'the daemon is stopped (SIGSTOP)', inject: freeze, mend: thaw, expected: down('timeout_reply') },
  {
    fault: 'the daemon is dead',
    inject: ({ vsftpd }) => vsftpd.kill(),
    mend: ({ vsftpd }) => vsftpd.start(),
    expected: down('refused'),
  },
  becoming('the password has changed', { password: 'changed over night' }, down('auth_failed')),
  becoming('its configuration lets nobody in', { lines: ['anonymous_enable=NO'] }, down('bad_answer')),
  becoming(
    'its certificate has expired',
    ({ lab }) => ({ certificate: lab.issue({ names, fromDays: -90, toDays: -1 }) }),
    down('tls_expired'),
  ),
  becoming(
    'its certificate is for another name',
    ({ lab }) => ({ certificate: lab.issue({ names: ['DNS:files.lab.test'] }) }),
    down('tls_name'),
  ),
  becoming('it encrypts no more', { lines: ['ssl_enable=NO'] }, down('tls_proto')),
  becoming('the folder is empty', { hasFile: false }, down('bad_answer')),
  becoming(
    'PASV gives the address behind the NAT',
    { lines: ['pasv_address=192.0.2.7'] },
    degraded('bad_answer'),
  ),
  becoming('passive connections are off', { lines: ['pasv_enable=NO'] }, degraded('data_channel')),
  blocking(
    'a firewall refuses data connections',
    'tcp dport DATA reject with tcp reset',
    degraded('data_channel'),
  ),
  blocking('a firewall drops data connections', 'tcp dport DATA drop', degraded('data_channel')),
  blocking(
    'a firewall drops the data, once connected',
    'tcp sport DATA tcp flags & (syn | ack) == ack meta length > 60 drop',
    degraded('data_channel'),
  ),
  blocking('a firewall drops what comes to it', 'tcp dport PORT drop', down('timeout_connect')),
  {
    fault: 'every place is taken',
    inject: async (rig) => {
      await rig.vsftpd.restart({ lines: ['max_clients=1'] });
      rig.leave = await letIn(rig.vsftpd.port, 1, /^220 /);
    },
    mend: anew,
    expected: down('too_many_connections'),
  },
  {
    fault: 'another service has its port',
    inject: async (rig) => {
      await rig.vsftpd.kill();
      const other = await serveTcp((socket) => socket.write('SSH-2.0-OpenSSH_9.2\r\n'), rig.vsftpd.port);
      rig.leave = () => other[Symbol.asyncDispose]();
    },
    mend: anew,
    expected: down('bad_answer'),
  },
  {
    fault: 'the daemon is stopped for one probe',
    inject: freeze,
    mend: thaw,
    expected: 'nothing',
    probes: 1,
  },
  { fault: 'the daemon begins anew', inject: anew, mend: anew, expected: 'nothing' },
  becoming('its certificate is renewed', ({ lab }) => ({ certificate: lab.issue({ names }) }), 'nothing'),
];

describe.skipIf(!canVsftpd || !canFirewall || !installed('openssl'))('vsftpd', () => {
  catalogue<Rig>({
    type: 'ftp',
    start,
    stop,
    check: ({ lab, vsftpd }) => ({
      type: 'ftp',
      host: '127.0.0.1',
      port: vsftpd.port,
      ca: lab.root.certificateFile,
      password: { file: join(lab.folder, 'password') },
      contains: ftpFile,
      every: '15s',
      timeout: '2s',
    }),
    faults,
  });
});
