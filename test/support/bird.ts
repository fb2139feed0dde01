// BIRD in a network namespace: a router that speaks BGP, with timers as short as they go, so that a session falls and
// rises within seconds.
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeFolder, removeFolder, startDaemon } from './daemon.ts';
import type { Daemon } from './daemon.ts';
import { installed } from './installed.ts';
import { canLink } from './link.ts';
import type { Namespace } from './namespace.ts';

export const canRoute = canLink && installed('bird') && installed('birdcl');

export interface Bird extends Daemon, AsyncDisposable {
  /** Its control socket. */
  readonly socket: string;
  /** Runs a command of BIRD's. */
  readonly tell: (command: string) => void;
  /** Takes this configuration in the place of the one it has. */
  readonly configure: (configuration: string) => void;
  /** All that it says of a session; nothing while it cannot be asked. */
  readonly session: (name: string) => string;
}

/** For every `protocol bgp`. */
export const bgpTimers = `hold time 3; keepalive time 1; connect delay time 1; connect retry time 1;
  error wait time 1, 1; error forget time 1;`;

export const startBird = async (
  { name: namespace }: Pick<Namespace, 'name'>,
  configuration: string,
): Promise<Bird> => {
  const folder = makeFolder('bird');
  const socket = join(folder, 'bird.ctl');
  const file = join(folder, 'bird.conf');
  const tell = (command: string) =>
    execFileSync('birdcl', ['-s', socket, command], { stdio: 'pipe' }).toString();
  writeFileSync(file, configuration);
  const words = ['-f', '-c', file, '-s', socket, '-P', join(folder, 'bird.pid')];
  // It becomes nobody, but for the right to set routes.
  const daemon = await startDaemon(['bird', ...words, '-u', 'nobody', '-g', 'nogroup'], {
    folder,
    env: { PATH: `${process.env['PATH']}:/usr/sbin` },
    asRoot: true,
    namespace,
    isReady: async () => tell('show status'),
  });
  return {
    ...daemon,
    socket,
    tell: (command) => void tell(command),
    configure: (configuration) => {
      writeFileSync(file, configuration);
      tell('configure');
    },
    session: (session) => {
      try {
        return tell(`show protocols all "${session}"`);
      } catch {
        return '';
      }
    },
    [Symbol.asyncDispose]: async () => {
      await daemon.kill();
      removeFolder(folder);
    },
  };
};

export const isEstablished = (session: string): boolean => /BGP state: +Established/.test(session);
