// A program in the place of `mtr`, that prints what a test wants.
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface MtrTeller extends Disposable {
  readonly command: string;
  /** What it prints from now on, and how it ends. */
  readonly tell: (
    output: string | Buffer,
    end?: { readonly exitCode?: number; readonly errors?: string },
  ) => void;
  /** It never ends. */
  readonly hang: () => void;
}

export const makeMtr = (): MtrTeller => {
  const folder = mkdtempSync(join(tmpdir(), 'vigie-mtr-'));
  const command = join(folder, 'mtr');
  const write = (lines: readonly string[]) => {
    writeFileSync(command, ['#!/bin/sh', ...lines, ''].join('\n'));
    chmodSync(command, 0o755);
  };
  return {
    command,
    tell: (output, { exitCode = 0, errors = '' } = {}) => {
      writeFileSync(join(folder, 'output'), output);
      writeFileSync(join(folder, 'errors'), errors);
      write([`cat ${folder}/output`, `cat ${folder}/errors >&2`, `exit ${exitCode}`]);
    },
    hang: () => write(['exec sleep 600']),
    [Symbol.dispose]: () => rmSync(folder, { recursive: true }),
  };
};

/** A hop that does not answer is `undefined`. */
export const reportOf = (
  hops: readonly (readonly [host: string | undefined, lossPercent: number])[],
): string =>
  JSON.stringify({
    report: {
      mtr: { src: 'here', dst: '192.0.2.9', tos: 0, tests: 10, psize: '64', bitpattern: '0x00' },
      hubs: hops.map(([host = '???', loss], index) => ({
        count: index + 1,
        host,
        'Loss%': loss,
        Snt: 10,
        Last: 1.2,
        Avg: index + 1.5,
        Best: 1,
        Wrst: 3,
        StDev: 0.1,
      })),
    },
  });
