// A private SSH server: OpenSSH, on a free port of the loopback, that lets nobody in.
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { once } from 'node:events';
import { join } from 'node:path';
import { freePort, makeFolder, removeFolder, runAsDaemon, startDaemon } from './daemon.ts';
import { installed } from './installed.ts';

export const canSshd = installed('sshd') && installed('ssh-keygen');

export interface Sshd extends AsyncDisposable {
  readonly port: number;
  /** As `ssh-keygen -l` shows it. */
  readonly fingerprint: (key: HostKey) => string;
  /** What it has written to its log. */
  readonly log: () => string;
  /** Begins anew with these keys, and with these lines before everything else in its configuration. */
  readonly restart: (keys?: readonly HostKey[], lines?: readonly string[]) => Promise<void>;
  /** Freezes it: the kernel still accepts connections for it, and nobody greets. */
  readonly pause: () => void;
  readonly resume: () => void;
  readonly kill: () => Promise<void>;
  readonly start: () => Promise<void>;
}

export const hostKeys = ['ed25519', 'ecdsa', 'rsa', 'new'] as const;
export type HostKey = (typeof hostKeys)[number];

const greetingMs = 2_000;

export const startSshd = async (keys: readonly HostKey[] = ['ed25519']): Promise<Sshd> => {
  const folder = makeFolder('sshd');
  const port = await freePort();
  const file = join(folder, 'sshd.conf');
  const keyFile = (key: HostKey) => join(folder, key);
  for (const key of hostKeys) {
    const type = key === 'new' ? 'ed25519' : key;
    runAsDaemon(['ssh-keygen', '-q', '-t', type, '-N', '', '-f', keyFile(key)], folder);
  }
  const configure = (keys: readonly HostKey[], lines: readonly string[] = []) =>
    writeFileSync(file, configuration(port, keys.map(keyFile), lines));
  configure(keys);
  // It starts itself again for every connection, and wants to know where it is.
  const daemon = await startDaemon(['/usr/sbin/sshd', '-D', '-e', '-f', file], {
    folder,
    env: {},
    isReady: async () => {
      const socket = connect(port, '127.0.0.1');
      await once(socket, 'data', { signal: AbortSignal.timeout(greetingMs) }).finally(() => socket.destroy());
    },
  });
  return {
    ...daemon,
    port,
    log: () => readFileSync(join(folder, 'output.log'), 'utf8'),
    fingerprint: (key) =>
      /SHA256:\S+/.exec(execFileSync('ssh-keygen', ['-lf', `${keyFile(key)}.pub`]).toString())?.[0] ?? '',
    restart: async (next = keys, lines) => {
      await daemon.kill();
      configure(next, lines);
      await daemon.start();
    },
    [Symbol.asyncDispose]: async () => {
      await daemon.stop('SIGTERM');
      removeFolder(folder);
    },
  };
};

// The first line that sets a thing holds.
const configuration = (port: number, keyFiles: readonly string[], lines: readonly string[]): string => `
${lines.join('\n')}
Port ${port}
ListenAddress 127.0.0.1
${keyFiles.map((file) => `HostKey ${file}`).join('\n')}
PidFile none
UsePAM no
PasswordAuthentication no
AuthorizedKeysFile none
`;
