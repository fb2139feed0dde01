// Signs zones as Knot does, at a time of a test's choice: keys stay, and the same zone can be signed again.
import { execFileSync } from 'node:child_process';
import { globSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort, makeFolder, removeFolder, startDaemon } from './daemon.ts';
import { canKnot } from './knot.ts';

const [fakeTime] = globSync('/usr/lib/*/faketime/libfaketimeMT.so.1');

export const canSign = canKnot && fakeTime !== undefined;

export interface Signer extends Disposable {
  /** The zone file with its signatures, of 14 days, made so many hours ago. */
  readonly sign: (text: string, hoursAgo?: number) => Promise<string>;
  /** As it is to stand in the zone above; there are keys once something was signed. */
  readonly ds: () => string;
}

export const makeSigner = async (zone: string, algorithm: string): Promise<Signer> => {
  const folder = makeFolder('signer');
  const file = join(folder, 'knot.conf');
  const env = { PATH: `${process.env['PATH']}:/usr/sbin` };
  const run = (program: string, ...words: string[]) =>
    execFileSync(program, ['-c', file, ...words], { stdio: 'pipe', encoding: 'utf8', env });
  writeFileSync(file, configuration(folder, zone, algorithm, await freePort()));
  const read = () => {
    const text = run('knotc', 'zone-read', zone);
    if (!text.includes('RRSIG')) throw new Error('not signed yet');
    return text.replaceAll(/^\[.*?\] /gm, '');
  };
  return {
    sign: async (text, hoursAgo = 0) => {
      writeFileSync(join(folder, 'zone'), text);
      // Loaded by the daemon alone: the library wants to own what it shares.
      const command = ['env', `LD_PRELOAD=${fakeTime}`, `FAKETIME=-${hoursAgo}h`, 'knotd', '-c', file];
      const daemon = await startDaemon(command, { folder, env, isReady: async () => read() });
      try {
        return read();
      } finally {
        await daemon.stop('SIGTERM');
      }
    },
    ds: () => run('keymgr', zone, 'ds'),
    [Symbol.dispose]: () => removeFolder(folder),
  };
};

const configuration = (folder: string, zone: string, algorithm: string, port: number): string => `
server:
  listen: 127.0.0.1@${port}
  rundir: ${folder}
  background-workers: 1
database:
  storage: ${folder}
policy:
  - id: lab
    algorithm: ${algorithm}
    single-type-signing: on
    rrsig-lifetime: 14d
zone:
  - domain: ${zone}
    storage: ${folder}
    file: zone
    zonefile-sync: -1
    zonefile-load: whole
    journal-content: none
    dnssec-signing: on
    dnssec-policy: lab
`;
