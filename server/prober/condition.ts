// How the prober is itself, read of its process and of its machine: cheap enough to be read every few seconds.
import { readFileSync, readdirSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import type { Family } from '../../checks/lib/contract.ts';
import type { Clock } from '../app/ports.ts';
import type { Condition } from '../core/fitness.ts';

/** What is read of the machine; `main` thread or not, descriptors are those of the process. */
export interface Machine {
  readonly clock: Clock;
  /** Nothing, where the system does not say. */
  readonly filesLeft: () => number | undefined;
  readonly families: () => readonly Family[];
}

export class SelfExam {
  readonly #machine: Machine;
  #monotonicMs: number;
  #now: number;

  constructor(machine: Machine) {
    this.#machine = machine;
    this.#monotonicMs = machine.clock.monotonicMs();
    this.#now = machine.clock.now();
  }

  /** Since the last reading; `stalledMs`: the longest that the event loop stood still meanwhile. */
  read(stalledMs: number): Condition {
    const { clock, filesLeft, families } = this.#machine;
    const [monotonicMs, now] = [clock.monotonicMs(), clock.now()];
    const elapsedMs = monotonicMs - this.#monotonicMs;
    const clockStepMs = now - this.#now - elapsedMs;
    this.#monotonicMs = monotonicMs;
    this.#now = now;
    const left = filesLeft();
    return {
      elapsedMs,
      stalledMs,
      clockStepMs,
      ...(left !== undefined && { filesLeft: left }),
      families: families(),
    };
  }
}

/** The process that runs this, and the machine that it runs on. */
export const thisMachine = (clock: Clock): Machine => {
  const filesMax = readFilesMax();
  return {
    clock,
    filesLeft: () => leftOf(filesMax, countFiles),
    families: () => {
      const addresses = Object.values(networkInterfaces()).flatMap((known) => known ?? []);
      const isReal = (family: string) =>
        addresses.some((one) => one.family === family && !one.internal && !isLinkLocal(one.address));
      return [...(isReal('IPv4') ? [4 as const] : []), ...(isReal('IPv6') ? [6 as const] : [])];
    },
  };
};

const isLinkLocal = (address: string): boolean => /^(?:fe[89ab]|169\.254\.)/i.test(address);

const readFilesMax = (): number | undefined => {
  try {
    const soft = /^Max open files\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8'))?.[1];
    return soft === undefined ? undefined : Number(soft);
  } catch {
    return undefined;
  }
};

/** Nothing, where they cannot be counted: a process whose program has capabilities of its own may not list its files. */
export const leftOf = (filesMax: number | undefined, count: () => number): number | undefined => {
  if (filesMax === undefined) return undefined;
  try {
    return Math.max(0, filesMax - count());
  } catch (error) {
    // To list them takes one, and there was none left.
    return error instanceof Error && 'code' in error && (error.code === 'EMFILE' || error.code === 'ENFILE')
      ? 0
      : undefined;
  }
};

// The one that lists the others is among them.
const countFiles = (): number => readdirSync('/proc/self/fd').length - 1;
