// One sentence for an administrator out of all that was seen: a list of what it might be, the surest first.
import type { Explanation, Bundle, LockWait, Share, WaitKind } from './bundle.ts';

/** What the probe itself found, where that is known. */
interface Found {
  readonly phase?: string;
}

/** Shorter waits for a lock are every day's. */
const lockSecondsMin = 1;
/** What so much of the time goes into is what it is about. */
const shareMin = 0.5;
/** More than usual is so much more. */
const risenMin = 0.3;
/** A replica hears of the probe every time it writes. */
const behindSecondsMin = 60;

type Rule = (bundle: Bundle, found: Found) => string | undefined;

/** Says what the time goes into, and who makes it go there; not that it is their fault. */
export const verdict = (explanation: Explanation, found: Found = {}): string => {
  if (!('bundle' in explanation)) return unanswered(explanation);
  const { bundle } = explanation;
  for (const rule of rules) {
    const sentence = rule(bundle, found);
    if (sentence !== undefined) return sentence;
  }
  return `nothing stands out: ${countsOf(bundle)}`;
};

const ways = {
  mariadb: 'give it a way in of its own (extra_port in the server, port: under explain)',
  postgresql: 'let it have one of the reserved seats (pg_use_reserved_connections, or a superuser)',
} as const;

const unanswered = ({ engine, cause, evidence }: Exclude<Explanation, { bundle: Bundle }>): string =>
  cause === 'too_many_connections'
    ? `all connections are taken, and the explaining account found no seat either: ${ways[engine]}`
    : `the server could not be asked: ${evidence}`;

const full: Rule = ({ connections, activity, locks = [] }) => {
  if (connections === undefined || connections.used < connections.max) return undefined;
  const { used, max, users } = connections;
  // Where most wait for one lock, that is why they are so many.
  if (new Set(locks.map(({ waiter }) => waiter.id)).size * 2 >= used) return undefined;
  const [first] = users;
  const idle = activity !== undefined && activity.sessions * 2 < used ? '; most are idle' : '';
  return `${used} of ${max} connections are taken, ${first?.connections ?? 0} by user ${first?.user}${idle}`;
};

const held: Rule = ({ locks = [], activity }) => {
  const worst = jamsOf(locks).toSorted((a, b) => b.waiters.size - a.waiters.size)[0];
  const share = shareOf(activity?.waits ?? [], 'lock');
  if (worst === undefined || (worst.seconds < lockSecondsMin && share < shareMin)) return undefined;
  const { blocker, waiters, seconds, statement } = worst;
  const idle =
    blocker.idleSeconds === undefined
      ? ''
      : `, idle for ${Math.round(blocker.idleSeconds)} s in its transaction,`;
  return `connection ${blocker.id} of user ${blocker.user}${idle} holds the lock that ${waiters.size} ${waiters.size === 1 ? 'waits' : 'wait'} for, since ${Math.round(seconds)} s: ${statement}`;
};

const heldBySomebody: Rule = ({ activity, locks = [] }) => {
  if (activity === undefined || locks.length > 0 || shareOf(activity.waits, 'lock') < shareMin)
    return undefined;
  const { name } = activity.waits.find(({ kind }) => kind === 'lock') ?? {};
  return `sessions wait for a lock (${name}), and the server does not say who holds it`;
};

const waitingFor =
  (kind: WaitKind, what: string): Rule =>
  ({ activity }) => {
    if (activity === undefined || shareOf(activity.waits, kind) < shareMin) return undefined;
    const { name } = activity.waits.find((wait) => wait.kind === kind) ?? {};
    const [statement] = activity.statements;
    return `${what}: ${percent(shareOf(activity.waits, kind))} of the busy time (${name}), mostly of user ${statement?.user}: ${statement?.name}`;
  };

const neighbour: Rule = ({ activity, usual, connections }) => {
  const [first] = activity?.users ?? [];
  if (activity === undefined || first === undefined || first.share < shareMin || activity.sessions < 1)
    return undefined;
  const before = usual === undefined || usual.length === 0 ? undefined : shareOfUser(usual, first.name);
  // Whoever is alone there takes everything, always.
  const isNews =
    before === undefined ? (connections?.users.length ?? 0) > 1 : first.share - before >= risenMin;
  if (!isNews) return undefined;
  const statement = activity.statements.find(({ user }) => user === first.name);
  const usually = before === undefined ? '' : `, ${percent(before)} usually`;
  return `user ${first.name} takes ${percent(first.share)} of the busy time${usually}: ${statement?.name}`;
};

const behind: Rule = ({ heartbeatAgeSeconds: seconds }) =>
  seconds === undefined || seconds < behindSecondsMin
    ? undefined
    : `the replica is behind: the newest row of the probe that has arrived is ${Math.round(seconds)} s old`;

// The probe's own commit is one, though nobody else's was seen.
const probesCommit: Rule = (_, { phase }) =>
  phase === 'commit'
    ? "commits wait for the disk: the probe's own does, and no session does anything else"
    : undefined;

const rules: readonly Rule[] = [
  full,
  held,
  heldBySomebody,
  waitingFor('commit', 'commits wait for the disk'),
  waitingFor('replica', 'commits wait for a replica'),
  waitingFor('disk', 'sessions wait for the disk'),
  neighbour,
  behind,
  probesCommit,
];

interface Jam {
  readonly blocker: LockWait['blocker'];
  readonly waiters: ReadonlySet<number>;
  /** Of who waits longest. */
  readonly seconds: number;
  readonly statement: string;
}

/** Each blocker that waits for nobody itself, with all that wait for it, or for one of them. */
const jamsOf = (locks: readonly LockWait[]): readonly Jam[] => {
  const waiting = new Set(locks.map(({ waiter }) => waiter.id));
  const free = new Map(locks.map(({ blocker }) => [blocker.id, blocker]));
  for (const id of waiting) free.delete(id);
  return [...free.values()].map((blocker) => {
    const waiters = new Set<number>();
    const behind = new Set([blocker.id]);
    for (const id of behind)
      for (const { waiter } of locks.filter((lock) => lock.blocker.id === id)) {
        waiters.add(waiter.id);
        behind.add(waiter.id);
      }
    const first = locks
      .filter(({ waiter }) => waiters.has(waiter.id))
      .toSorted((a, b) => b.seconds - a.seconds)[0];
    return { blocker, waiters, seconds: first?.seconds ?? 0, statement: first?.waiter.statement ?? '' };
  });
};

const shareOf = (waits: readonly (Share & { readonly kind: WaitKind })[], kind: WaitKind): number =>
  waits.filter((wait) => wait.kind === kind).reduce((sum, { share }) => sum + share, 0);
const shareOfUser = (shares: readonly Share[], user: string): number =>
  shares.find(({ name }) => name === user)?.share ?? 0;
const percent = (share: number): string => `${Math.round(share * 100)} %`;

const countsOf = ({ connections, activity }: Bundle): string => {
  const taken =
    connections === undefined ? [] : [`${connections.used} of ${connections.max} connections taken`];
  const busy = activity === undefined ? [] : [`${activity.sessions} busy on average`];
  return [...taken, ...busy].join(', ') || 'the server said next to nothing';
};
