// Asks a database about itself: once for what stands still, several times for what its sessions do, and before and after
// that for what it counts. What it does not answer costs that part only.
import { numberIn } from '../json-object.ts';
import { printable } from '../outcome.ts';
import { waitKinds } from './bundle.ts';
import type { Activity, Bundle, Connections, Depth, Digest, LockWait, Share, WaitKind } from './bundle.ts';
import { normalise } from './normalise.ts';
import type { Dialect } from './normalise.ts';

interface Question {
  readonly ask: string;
  /** What an administrator would have to switch on to have it answered. */
  readonly wish: string;
}

/** What an engine is asked; each answers rows with the columns that are read below. */
export interface Questions {
  readonly dialect: Dialect;
  /** Lets the server wait from one look to the next. */
  readonly pause: string;
  readonly connections: Question;
  readonly locks: Question;
  /** Where they are kept apart: asked only when a session waits for one, which `waits` recognises. */
  readonly tableLocks?: Question & { readonly waits: RegExp };
  readonly sessions: Question;
  readonly digests: Question;
  readonly usual: Question;
  readonly heartbeat: { readonly ask: (database: string) => string; readonly wish: string };
}

/** What a server answers is anything. */
type Row = Readonly<Record<string, unknown>>;

interface Server {
  /** Rejects with what `isRefusal` knows when only this question was refused. */
  readonly ask: (sql: string) => Promise<unknown>;
  readonly isRefusal: (error: unknown) => boolean;
  /** Given, it is a replica, and this the database of the probe. */
  readonly replicated?: string;
}

const looksOf = { small: 4, full: 12 } as const;
/** As many as are ever asked for. */
const rowsMax = 100;
const listMax = 10;
const locksMax = 30;
const nameCharsMax = 64;
/** What PostgreSQL shows of a statement to who may not see it. */
const hidden = '<insufficient privilege>';

/** Answers what there is of the bundle each time there is more, so that whoever runs out of time keeps the rest. */
export async function* collect(
  { ask, isRefusal, replicated }: Server,
  questions: Questions,
  depth: Depth,
): AsyncGenerator<Bundle> {
  /** And what the server said instead of an answer. */
  const wishes = new Map<string, string>();
  let bundle: Omit<Bundle, 'wishes'> = {};
  const add = (part: Omit<Bundle, 'wishes'>): Bundle => {
    bundle = { ...bundle, ...part };
    return { ...bundle, wishes: [...wishes].map(([wish, reason]) => printable(`${wish}${reason}`)) };
  };
  const rows = async ({ ask: sql, wish }: Question): Promise<readonly Row[]> => {
    try {
      return rowsOf(await ask(sql));
    } catch (error) {
      if (!isRefusal(error)) throw error;
      wishes.set(wish, ` (${(error as Error).message})`);
      return [];
    }
  };
  const wishFor = ({ wish }: Question) => void wishes.set(wish, wishes.get(wish) ?? '');
  const { dialect, connections, locks, tableLocks, sessions, digests, usual, heartbeat } = questions;
  const counted = await rows(connections);
  if (counted.length > 0) yield add({ connections: connectionsOf(counted) });
  const before = depth === 'full' ? await rows(digests) : [];
  const locksAt = async (look: readonly Seen[]) => {
    const isTableLocked = tableLocks !== undefined && look.some(({ wait }) => tableLocks.waits.test(wait));
    return locksOf([...(await rows(locks)), ...(isTableLocked ? await rows(tableLocks) : [])], dialect);
  };
  yield add({ locks: await locksAt([]) });
  const looks: (readonly Seen[])[] = [];
  while (looks.length < looksOf[depth]) {
    if (looks.length > 0) await ask(questions.pause);
    // Each by itself: whoever shares this event loop is not kept from it for long.
    const look = (await rows(sessions)).map((row) => seenOf(row, dialect));
    looks.push(look);
    if (look.some(({ statement }) => statement === hidden)) wishFor(sessions);
    yield add({ activity: activityOf(looks) });
    // Somebody waits, and it is not known for whom.
    if (look.filter(({ kind }) => kind === 'lock').length > waitersIn(bundle.locks))
      yield add({ locks: await locksAt(look) });
  }
  if (replicated !== undefined) {
    const [row] = await rows({ ...heartbeat, ask: heartbeat.ask(replicated) });
    if (row !== undefined) yield add({ heartbeatAgeSeconds: number(row['seconds']) });
  }
  if (depth === 'small') return;
  const after = await rows(digests);
  if (after.length === 0) wishFor(digests);
  yield add({ digests: digestsOf(before, after, dialect) });
  const busy = await rows(usual);
  if (busy.length === 0) wishFor(usual);
  yield add({ usual: usualOf(busy) });
}

const waitersIn = (locks: readonly LockWait[] = []): number =>
  new Set(locks.map(({ waiter }) => waiter.id)).size;

const connectionsOf = (rows: readonly Row[]): Connections => ({
  used: number(rows[0]?.['used']),
  max: number(rows[0]?.['max']),
  users: rows
    .slice(0, listMax)
    .map(({ user, connections }) => ({ user: text(user), connections: number(connections) })),
});

const locksOf = (rows: readonly Row[], dialect: Dialect): readonly LockWait[] =>
  rows.slice(0, locksMax).map((row) => ({
    seconds: number(row['seconds']),
    waiter: {
      id: number(row['waiter']),
      user: text(row['waiter_user']),
      statement: normalise(all(row['waiter_statement']), dialect),
    },
    blocker: {
      id: number(row['blocker']),
      user: text(row['blocker_user']),
      statement: normalise(all(row['blocker_statement']), dialect),
      ...(present(row['idle_seconds']) && { idleSeconds: number(row['idle_seconds']) }),
    },
  }));

/** One busy session at one look. */
interface Seen {
  readonly user: string;
  readonly wait: string;
  readonly kind: WaitKind;
  readonly statement: string;
}

const seenOf = ({ user, wait, kind, statement }: Row, dialect: Dialect): Seen => ({
  user: text(user),
  wait: text(wait),
  kind: waitKinds.find((known) => known === kind) ?? 'work',
  statement: normalise(all(statement), dialect),
});

const activityOf = (looks: readonly (readonly Seen[])[]): Activity => {
  const seen = looks.flat();
  const working = seen.filter(({ kind }) => kind !== 'lock');
  return {
    looks: looks.length,
    sessions: round(seen.length / looks.length),
    users: sharesOf(working, ({ user }) => ({ name: user })),
    waits: sharesOf(seen, ({ wait, kind }) => ({ name: wait, kind })),
    statements: sharesOf(working, ({ statement, user }) => ({ name: statement, user })),
  };
};

/** The share in all of those that are called alike; the largest first. */
const sharesOf = <Name extends object>(
  seen: readonly Seen[],
  nameOf: (one: Seen) => Name,
): readonly (Name & { readonly share: number })[] =>
  [...Map.groupBy(seen.map(nameOf), (name) => JSON.stringify(name)).values()]
    .flatMap((alike) =>
      alike.slice(0, 1).map((name) => ({ ...name, share: round(alike.length / seen.length) })),
    )
    .toSorted((a, b) => b.share - a.share)
    .slice(0, listMax);

const digestsOf = (before: readonly Row[], after: readonly Row[], dialect: Dialect): readonly Digest[] => {
  const earlier = new Map(before.map((row) => [row['name'], row]));
  return after
    .flatMap((row) => {
      const then = earlier.get(row['name']);
      if (then === undefined) return [];
      const calls = number(row['calls']) - number(then['calls']);
      const ms = round(number(row['ms']) - number(then['ms']));
      // Counted from nothing again in between.
      return calls > 0 && ms >= 0
        ? [{ statement: normalise(all(row['statement']), dialect), calls, ms }]
        : [];
    })
    .toSorted((a, b) => b.ms - a.ms)
    .slice(0, listMax);
};

const usualOf = (rows: readonly Row[]): readonly Share[] => {
  const total = rows.reduce((sum, { seconds }) => sum + number(seconds), 0);
  return rows.map(({ name, seconds }) => ({
    name: text(name),
    share: total === 0 ? 0 : round(number(seconds) / total),
  }));
};

const rowsOf = (answer: unknown): readonly Row[] => {
  const rows: unknown = Array.isArray(answer) ? answer : Object(answer).rows;
  return Array.isArray(rows) ? rows.slice(0, rowsMax).map((row) => Object(row) as Row) : [];
};

const present = (value: unknown): boolean => value !== null && value !== undefined;
const all = (value: unknown): string => (typeof value === 'string' ? value : '');
const text = (value: unknown): string => printable(all(value).slice(0, nameCharsMax));
/** Drivers give large and exact numbers as text. What is no number is none of anything. */
const number = (value: unknown): number => {
  const read = typeof value === 'string' ? Number.parseFloat(value) : numberIn(value);
  return Number.isFinite(read) && read > 0 ? round(read) : 0;
};
const round = (value: number): number => Math.round(value * 1_000) / 1_000;
