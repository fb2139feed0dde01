// BGP sessions as every source of them tells, and what is wrong with them.
import { numberIn } from './json-object.ts';
import { dayOf, factOfDay, isSampleDue, usualOf, withSample } from './last-day.ts';
import { Failure } from './outcome.ts';
import type { Facts } from './outcome.ts';

export interface Session {
  readonly isEstablished: boolean;
  /** `Established`, `Active`, `Idle` …, and why, if the source knows: `Active, Socket: Connection refused`. */
  readonly state: string;
  readonly establishedMs?: number;
  readonly imported: number;
  readonly exported: number;
  /** How many of the imported are the best of their prefix; not every source knows. */
  readonly preferred?: number;
}

export interface Sessions {
  readonly byName: ReadonlyMap<string, Session>;
  /** When the source saw them so, in epoch milliseconds: what answers us may answer from a cache. */
  readonly at: number;
}

export interface SessionRules {
  readonly names: readonly string[];
  /** Shares of the usual prefixes whose loss is too much. */
  readonly drop: { readonly degraded: number; readonly failed?: number | undefined };
  readonly atLeast: { readonly imported?: number | undefined; readonly exported?: number | undefined };
}

const factOf = (name: string): string => `lastDay.${name}`;

/** A number of prefixes, whatever was written in its place. */
export const countOf = (written: unknown): number => {
  const count = numberIn(written);
  return Number.isSafeInteger(count) && count >= 0 ? count : 0;
};

/** What is to be remembered even of a probe that saw nothing. */
export const remembered = (before: Facts): Facts =>
  Object.fromEntries(
    Object.entries(before).filter(([fact]) => fact === 'sampledAt' || fact.startsWith('lastDay')),
  );

/** What the sessions are now, and what they were over the last day. */
export const sessionFacts = (
  { byName, at }: Sessions,
  names: readonly string[],
  before: Facts,
  now: number,
): Facts => {
  const sessions = names.map((name) => byName.get(name));
  const sum = (count: (session: Session) => number | undefined) =>
    sessions.reduce((total, session) => total + ((session && count(session)) ?? 0), 0);
  const isDue = isSampleDue(before['sampledAt'], now);
  const days = names.flatMap((name, index) => {
    const session = sessions[index];
    const day = dayOf(before[factOf(name)]);
    const next =
      session?.isEstablished === true && (isDue || day.length === 0)
        ? withSample(day, [session.imported, session.exported])
        : day;
    return next.length > 0 ? [[factOf(name), factOfDay(next)] as const] : [];
  });
  return {
    sessions: names.length,
    established: sessions.filter((session) => session?.isEstablished).length,
    imported: sum(({ imported }) => imported),
    exported: sum(({ exported }) => exported),
    ...(sessions.some((session) => session?.preferred !== undefined) && {
      preferred: sum(({ preferred }) => preferred),
    }),
    dataAt: Math.round(at),
    sampledAt: isDue ? now : (before['sampledAt'] ?? now),
    ...Object.fromEntries(days),
    ...Object.fromEntries(names.map((name, index) => [`session.${name}`, described(sessions[index])])),
  };
};

const described = (session: Session | undefined): string => {
  if (session === undefined) return 'not there';
  const { isEstablished, state, establishedMs, imported, exported, preferred } = session;
  if (!isEstablished) return state;
  const since = establishedMs === undefined ? '' : ` for ${lengthOf(establishedMs)}`;
  const best = preferred === undefined ? '' : `, ${preferred} preferred`;
  return `${state}${since}, ${imported} imported, ${exported} exported${best}`;
};

const lengthOf = (ms: number): string => {
  const minutes = Math.floor(ms / 60_000);
  if (minutes < 2) return `${Math.floor(ms / 1_000)} s`;
  if (minutes < 120) return `${minutes} min`;
  return minutes < 2_880 ? `${Math.floor(minutes / 60)} h` : `${Math.floor(minutes / 1_440)} d`;
};

/** What is wrong, the worst first. `before` is what was noted of the last day. */
export const sessionProblems = (
  { byName }: Sessions,
  { names, drop, atLeast }: SessionRules,
  before: Facts,
): readonly Failure[] => {
  const down = names.filter((name) => byName.get(name)?.isEstablished !== true);
  const up = names.flatMap((name) => {
    const session = byName.get(name);
    return session?.isEstablished === true ? [{ name, session, day: dayOf(before[factOf(name)]) }] : [];
  });
  const losses = up.flatMap(({ name, session, day }) =>
    (['imported', 'exported'] as const).flatMap((direction, index) => {
      const said = `${name} has ${session[direction]} ${direction} prefixes`;
      const least = atLeast[direction];
      if (least !== undefined && session[direction] < least)
        return new Failure('routes_lost', `${said}, less than ${least}`, { kind: 'warn' });
      return lossOf(session[direction], usualOf(day, index), drop, said) ?? [];
    }),
  );
  if (down.length === 0) return losses;
  const why = down.map((name) => `${name} (${described(byName.get(name))})`).join(', ');
  const evidence = `${down.length} of ${names.length} sessions not established: ${why}`;
  return [
    new Failure('session_down', evidence, { kind: down.length === names.length ? 'fail' : 'warn' }),
    ...losses,
  ];
};

/** What `seen` lacks of what is usual, if that is too much. */
export const lossOf = (
  seen: number,
  usual: number | undefined,
  { degraded, failed }: SessionRules['drop'],
  said: string,
): Failure | undefined => {
  if (usual === undefined || seen >= usual * (1 - degraded)) return undefined;
  const isFailed = failed !== undefined && seen < usual * (1 - failed);
  return new Failure('routes_lost', `${said}, usually ${usual}`, { kind: isFailed ? 'fail' : 'warn' });
};
