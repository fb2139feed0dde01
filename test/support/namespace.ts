// A network namespace of a test's own: a machine on a network that nobody else has.
import { execFileSync } from 'node:child_process';
import { atExit } from './at-exit.ts';

export interface Namespace extends Disposable {
  readonly name: string;
  /** Runs a program inside. */
  readonly run: (...words: readonly string[]) => void;
  /** Runs `ip` for it. */
  readonly ip: (command: string) => void;
}

const ip = (command: string): void => void execFileSync('ip', command.split(' '), { stdio: 'pipe' });

/** The namespace of this process. */
export const here: Pick<Namespace, 'ip'> = { ip };

/** Wants what `canLink` says. Its name tells whose it is. */
export const makeNamespace = (place: string): Namespace => {
  const name = `vigie-${place}-${process.pid}`;
  ip(`netns add ${name}`);
  const namespace: Omit<Namespace, keyof Disposable> = {
    name,
    run: (...words) => void execFileSync('ip', ['netns', 'exec', name, ...words], { stdio: 'pipe' }),
    ip: (command) => ip(`-n ${name} ${command}`),
  };
  namespace.ip('link set lo up');
  const end = () => ip(`netns del ${name}`);
  const forget = atExit(end);
  return {
    ...namespace,
    [Symbol.dispose]: () => {
      forget();
      end();
    },
  };
};

/** One end of a cable: where it is, what it is called there, and its address. */
export interface End<Place> {
  readonly place: Place;
  readonly device: string;
  readonly address: string;
}

/** Puts a cable between two places, on a network of four addresses. */
export const connect = (one: End<Pick<Namespace, 'ip'>>, other: End<Namespace>): void => {
  one.place.ip(`link add ${one.device} type veth peer name ${other.device} netns ${other.place.name}`);
  for (const { place, device, address } of [one, other]) {
    place.ip(`addr add ${address}/30 dev ${device}`);
    place.ip(`link set ${device} up`);
  }
};
