// What a run of the tests leaves behind, and may not: processes, namespaces and other things of the network, files.
import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readFileSync, readdirSync, readlinkSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** Before all tests; what it answers is called after them. Temporary files go into a folder of this run. */
export default (): (() => Promise<void>) => {
  const { TMPDIR: usual } = process.env;
  const folder = mkdtempSync(join(tmpdir(), 'vigie-run-'));
  // Daemons are somebody else, and write there too.
  chmodSync(folder, 0o1777);
  process.env['TMPDIR'] = folder;
  const before = new Set(network());
  return async () => {
    if (usual === undefined) delete process.env['TMPDIR'];
    else process.env['TMPDIR'] = usual;
    const traces = await settled(() => [
      ...processesOf(folder),
      ...network().filter((name) => !before.has(name) && !isOfLiving(name)),
      ...readdirSync(folder)
        .filter((name) => name !== nodeCache)
        .map((name) => `file ${name}`),
    ]);
    rmSync(folder, { recursive: true, force: true });
    if (traces.length > 0) throw new Error(`the tests left behind: ${traces.join(', ')}`);
  };
};

/** Compiled code that Node keeps there for its next process. */
const nodeCache = 'node-compile-cache';
const looksMax = 25;

/** What ends by itself gets the time to do so. */
const settled = async (look: () => readonly string[]): Promise<readonly string[]> => {
  for (let looks = 0; looks < looksMax && look().length > 0; looks += 1) await sleep(200);
  return look();
};

/** Our environment, arguments or working folder give a process away, whoever its parent is by now. */
const processesOf = (folder: string): readonly string[] =>
  numbersIn('/proc')
    .filter((pid) => pid !== process.pid && parentOf(pid) !== process.pid)
    .filter((pid) =>
      [textOf(pid, 'environ'), textOf(pid, 'cmdline'), cwdOf(pid)].some((text) => text.includes(folder)),
    )
    .map((pid) => `process ${pid} (${textOf(pid, 'cmdline').replaceAll('\0', ' ').trim()})`);

const network = (): readonly string[] => [
  ...namesIn('/run/netns').map((name) => `namespace ${name}`),
  ...namesIn('/sys/class/net').map((name) => `interface ${name}`),
  ...tables().map((name) => `nftables ${name}`),
];

const tables = (): readonly string[] => {
  try {
    return execFileSync('nft', ['list', 'tables'], { encoding: 'utf8', stdio: 'pipe' })
      .split('\n')
      .filter(Boolean);
  } catch {
    // Neither nft nor the right to use it: then no test could make any.
    return [];
  }
};

/** Others may run their tests on this machine: names of ours hold the number of the process that uses them. */
const isOfLiving = (name: string): boolean =>
  (name.match(/\d{2,}/g) ?? []).some((pid) => existsSync(`/proc/${pid}`));

const namesIn = (folder: string): readonly string[] => (existsSync(folder) ? readdirSync(folder) : []);
const numbersIn = (folder: string): readonly number[] =>
  readdirSync(folder).map(Number).filter(Number.isInteger);

const textOf = (pid: number, name: string): string =>
  orNothing(() => readFileSync(`/proc/${pid}/${name}`, 'latin1'));
const cwdOf = (pid: number): string => orNothing(() => readlinkSync(`/proc/${pid}/cwd`));
const parentOf = (pid: number): number => Number(/ [A-Z] (\d+)/.exec(textOf(pid, 'stat'))?.[1]);

// It may have ended since, or be none of our business.
const orNothing = (read: () => string): string => {
  try {
    return read();
  } catch {
    return '';
  }
};
