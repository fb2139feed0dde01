// A private FTP server: vsftpd, on a free port of the loopback. Whoever has the password may list one folder.
import { rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Issued } from './certificates.ts';
import { freePort, giveFile, makeFolder, removeFolder, runAsDaemon, startDaemon } from './daemon.ts';
import { installed } from './installed.ts';

export const canVsftpd = installed('vsftpd');

/** It lets in those who give it as anonymous users do. */
export const ftpPassword = 'a password of the lab';
export const ftpFile = 'welcome.txt';

interface Manner {
  readonly certificate: Issued;
  readonly password: string;
  readonly hasFile: boolean;
  /** The address on which it listens. */
  readonly address: '127.0.0.1' | '::1';
  /** Lines of its configuration that hold instead of the usual ones. */
  readonly lines: readonly string[];
}

export interface Vsftpd extends AsyncDisposable {
  readonly port: number;
  /** Those of data connections, as nftables writes a range. */
  readonly dataPorts: string;
  /** Ends it as a crash does, and starts it so, or as it is when it is well. */
  readonly restart: (manner?: Partial<Manner>) => Promise<void>;
  readonly pause: () => void;
  readonly resume: () => void;
  readonly kill: () => Promise<void>;
  readonly start: () => Promise<void>;
}

export const startVsftpd = async (certificate: Issued): Promise<Vsftpd> => {
  const folder = makeFolder('vsftpd');
  const [port, dataPort] = [await freePort(), await freePort()];
  const file = join(folder, 'vsftpd.conf');
  runAsDaemon(['mkdir', 'files'], folder);
  let listensOn = '127.0.0.1';
  const configure = ({
    certificate: { key, chain } = certificate,
    password = ftpPassword,
    hasFile = true,
    address = '127.0.0.1',
    lines = [],
  }: Partial<Manner> = {}) => {
    listensOn = address;
    giveFile(folder, 'key.pem', key);
    giveFile(folder, 'chain.pem', chain);
    giveFile(folder, 'passwords', `${password}\n`);
    if (hasFile) writeFileSync(join(folder, 'files', ftpFile), 'Bienvenue\n');
    else rmSync(join(folder, 'files', ftpFile), { force: true });
    // It takes a file only from its owner; and the last line that sets a thing holds.
    giveFile(
      folder,
      'vsftpd.conf',
      [...listening[address], ...usual(folder, port, dataPort), ...lines, ''].join('\n'),
    );
  };
  configure();
  const daemon = await startDaemon(['vsftpd', file], {
    folder,
    env: { PATH: `${process.env['PATH']}:/usr/sbin` },
    isReady: async () => {
      const socket = connect(port, listensOn);
      await once(socket, 'data', { signal: AbortSignal.timeout(readyMs) }).finally(() => socket.destroy());
    },
  });
  return {
    ...daemon,
    port,
    dataPorts: `${dataPort}-${dataPort + spare}`,
    restart: async (manner) => {
      await daemon.kill();
      configure(manner);
      await daemon.start();
    },
    [Symbol.asyncDispose]: async () => {
      await daemon.stop('SIGTERM');
      removeFolder(folder);
    },
  };
};

const readyMs = 2_000;
/** A session that is about to end may still have a port when the next one asks for one. */
const spare = 9;

const listening = {
  '127.0.0.1': ['listen=YES', 'listen_address=127.0.0.1'],
  '::1': ['listen_ipv6=YES', 'listen_address6=::1'],
} as const;

const usual = (folder: string, port: number, dataPort: number): readonly string[] => [
  `listen_port=${port}`,
  `pasv_min_port=${dataPort}`,
  `pasv_max_port=${dataPort + spare}`,
  'background=NO',
  // Whoever is not root may run it for anonymous users only.
  'run_as_launching_user=YES',
  'isolate=NO',
  'isolate_network=NO',
  'seccomp_sandbox=NO',
  'connect_from_port_20=NO',
  'local_enable=NO',
  'anonymous_enable=YES',
  `anon_root=${folder}/files`,
  'secure_email_list_enable=YES',
  `email_password_file=${folder}/passwords`,
  'delay_failed_login=0',
  'ssl_enable=YES',
  'allow_anon_ssl=YES',
  'force_anon_logins_ssl=NO',
  'force_anon_data_ssl=NO',
  `rsa_cert_file=${folder}/chain.pem`,
  `rsa_private_key_file=${folder}/key.pem`,
];
