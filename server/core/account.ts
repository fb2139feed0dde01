// What a time was like for those who use a service: how much of it worked, and what that cost its members.
import { civilMonths } from './days.ts';
import type { Span } from './effects.ts';
import { availability, ledger } from './uptime.ts';
import type { Interval, Ledger } from './uptime.ts';

export interface Account extends Ledger, Interval {
  readonly availability?: number;
  /**
   * Members times the time in which the service was down, for all of them or some: we do not know for whom. Absent when
   * nobody has said how many they are.
   */
  readonly memberMinutesLost?: number;
}

export interface MonthAccount extends Account {
  /** `2026-11`, in the zone it was asked for. */
  readonly month: string;
}

/** What accounts are made of: spans as for `ledger`, windows in any order. */
export interface Seen {
  readonly spans: readonly Pick<Span, 'since' | 'state'>[];
  readonly maintenance: readonly Interval[];
  readonly members?: number;
}

const minuteMs = 60_000;

export const accountOf = ({ from, until }: Interval, { spans, maintenance, members }: Seen): Account => {
  const sums = ledger(spans, from, until, maintenance);
  const share = availability(sums);
  return {
    from,
    until,
    ...sums,
    ...(share !== undefined && { availability: share }),
    ...(members !== undefined && { memberMinutesLost: Math.round((members * sums.downMs) / minuteMs) }),
  };
};

/** Of each month of a time zone that `[from, until)` touches, the part that lies in it. */
export const monthsOf = ({ from, until }: Interval, timezone: string, seen: Seen): readonly MonthAccount[] =>
  civilMonths({ from, until }, timezone).map(({ month, ...whole }) => ({
    month,
    ...accountOf({ from: Math.max(whole.from, from), until: Math.min(whole.until, until) }, seen),
  }));
