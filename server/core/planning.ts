// What people do about maintenance: make a window, end one that runs, take one back.
import type { Maintenance, Window } from './maintenance.ts';
import type { Instant } from './time.ts';

/** It gets its name here. */
type Unnamed = Omit<Window, 'id' | 'plan' | 'madeAt' | 'changedAt' | 'cancelled'>;

export type Plan =
  | { readonly kind: 'add'; readonly window: Unnamed }
  /** It is over, earlier than announced: what is wrong from now on counts. */
  | { readonly kind: 'end'; readonly id: string }
  /** It has never been: its time counts as it was seen. */
  | { readonly kind: 'cancel'; readonly id: string };

/** Why nothing was done. */
export type Refusal =
  | 'no-such-window'
  | 'no-such-service'
  | 'no-such-check'
  | 'nothing-touched'
  | 'no-end'
  | 'too-long'
  | 'not-running'
  | 'full';

/** As long as one of the configuration. */
const windowMsMax = 30 * 86_400_000;
/** Windows that are known at once, whoever made them. */
const windowsMax = 2_000;

/** What is known while somebody plans. */
export interface Desk {
  readonly maintenance: Maintenance;
  readonly services: ReadonlyMap<string, unknown>;
  readonly checks: ReadonlyMap<string, unknown>;
  /** IANA name: windows are named after their day. */
  readonly timezone: string;
  readonly now: Instant;
}

/** The window as it is from now on, or why not. */
export const plan = (plan: Plan, desk: Desk): Window | Refusal => {
  const windows = desk.maintenance.windows(desk.now);
  if (plan.kind === 'add') return add(plan.window, windows, desk);
  const window = windows.find(({ id }) => id === plan.id);
  if (window === undefined) return 'no-such-window';
  if (plan.kind === 'cancel') return { ...window, cancelled: true, changedAt: desk.now };
  const isRunning = window.from <= desk.now && desk.now < window.until;
  return isRunning ? { ...window, until: desk.now, changedAt: desk.now } : 'not-running';
};

const add = (
  window: Unnamed,
  windows: readonly Window[],
  { maintenance, services, checks, timezone, now }: Desk,
): Window | Refusal => {
  if (windows.length >= windowsMax) return 'full';
  if (window.services.some((id) => !services.has(id))) return 'no-such-service';
  if (window.checks.some((id) => !checks.has(id))) return 'no-such-check';
  if (window.services.length + window.checks.length === 0) return 'nothing-touched';
  if (window.until <= window.from) return 'no-end';
  if (window.until - window.from > windowMsMax) return 'too-long';
  const day = Temporal.Instant.fromEpochMilliseconds(window.from).toZonedDateTimeISO(timezone).toPlainDate();
  let id = `by-hand@${day.toString()}`;
  for (let number = 2; maintenance.isKept(id); number += 1) id = `by-hand@${day.toString()}.${number}`;
  return { id, ...window, madeAt: now, changedAt: now };
};
