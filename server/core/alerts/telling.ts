// From what routes need to know to the message that says it.
import type { Words } from '../../../config/config.ts';
import { serviceSubject } from './troubles.ts';
import { drags, isOpen, mostSevere, startOf, toldOf, worst } from './alert.ts';
import type { Alert, Route, Told, Trouble } from './alert.ts';
import type { Message, MessageAlert } from './message.ts';
import type { Need, NeedKind } from './need.ts';
import type { Instant } from '../time.ts';

/** What a message is to say, for whoever finds the words. */
export interface Telling {
  readonly kind: NeedKind;
  readonly audience: Route['audience'];
  readonly at: Instant;
  /** In which times of day are said. */
  readonly timezone: string;
  /** What is worst and oldest first, at least one. */
  readonly stories: readonly Story[];
}

export interface Story extends Need {
  /** Alerts of which nobody is told apart, because this one explains them. */
  readonly consequences: readonly Alert[];
  readonly isFlapping: boolean;
  /** Those of its checks that do. */
  readonly flapping: ReadonlySet<string>;
  /** Some of its required checks are well. */
  readonly isPartial: boolean;
}

/** Finds the words. The text for the public has no evidence in it, and no check. */
export type Write = (telling: Telling) => { readonly title: Words; readonly text: Words };

interface Occasion {
  readonly route: Route;
  readonly at: Instant;
  readonly timezone: string;
  readonly exercise: boolean;
  readonly write: Write;
}

/** One message of these stories, at least one, and what the route knows of their alerts once it has it. */
export const tell = (
  kind: NeedKind,
  stories: readonly Story[],
  { route, at, timezone, exercise, write }: Occasion,
): { readonly message: Message; readonly told: ReadonlyMap<string, Told> } => {
  const sorted = stories.toSorted((a, b) => rank(a) - rank(b));
  const [head] = sorted;
  if (head === undefined) throw new Error('a message without a story');
  const before = toldOf(head.alert, route.id);
  const key = `${head.alert.id}/${head.kind}-${(before?.messages ?? 0) + 1}/${route.id}`;
  const thread = head.kind === 'alert' ? key : (before?.thread ?? key);
  const message: Message = {
    key,
    thread,
    route: route.id,
    kind: head.alert.service === undefined ? 'word' : kind,
    severity: kind === 'recovery' ? 'info' : severest(stories),
    at,
    exercise,
    ...write({ kind, audience: route.audience, at, timezone, stories: sorted }),
    alerts: sorted.flatMap((story) => messageAlerts(story, route)),
  };
  const knows = (story: Story) => toldBy(story, { route: route.id, thread, at });
  return { message, told: new Map(stories.map((story) => [story.alert.id, knows(story)])) };
};

const severest = (stories: readonly Story[]): Message['severity'] =>
  stories.some(({ consequences }) => drags(consequences))
    ? 'down'
    : mostSevere(stories.flatMap(({ open }) => open));

// What is new before what is known, what is down before what is degraded, and what began first before what followed.
const rank = ({ kind, open, alert }: Story): number =>
  (kind === 'update' ? 2e15 : 0) + (worst(open) === 'down' ? 0 : 1e15) + startOf(alert) / 10;

const toldBy = (
  { kind, alert, open, consequences, isFlapping }: Story,
  { route, thread, at }: Pick<Told, 'route' | 'thread' | 'at'>,
): Told => {
  const before = toldOf(alert, route);
  const isDragging = drags(consequences);
  return {
    route,
    at,
    thread: kind === 'alert' ? thread : (before?.thread ?? thread),
    messages: (before?.messages ?? 0) + 1,
    reminders: kind === 'reminder' ? (before?.reminders ?? 0) + 1 : 0,
    checks: open.map(({ check, state, grave = isDragging }) => ({ check, state, ...(grave && { grave }) })),
    ...(isFlapping && kind !== 'recovery' && { flaps: true as const }),
  };
};

const messageAlerts = (
  { kind, alert, open, left, consequences }: Story,
  { audience }: Route,
): readonly MessageAlert[] => {
  const root = messageAlert(alert, open.length > 0 ? open : left);
  if (root === undefined) return [];
  const followers = consequences
    .filter(({ isPublic }) => kind !== 'recovery' && (isPublic || audience === 'admins'))
    .flatMap((follower) => messageAlert(follower, follower.troubles) ?? []);
  return [root, ...followers.map((follower) => ({ ...follower, consequenceOf: alert.id }))];
};

const messageAlert = (
  { id, service, ...alert }: Alert,
  troubles: readonly Trouble[],
): MessageAlert | undefined => {
  const [first] = troubles;
  if (service === undefined || first === undefined) return undefined;
  const isOver = !troubles.some(isOpen);
  return {
    id,
    service,
    subject: serviceSubject(service),
    state: worst(troubles),
    cause: first.finding.cause,
    startedAt: startOf({ id, ...alert }),
    ...(isOver && { endedAt: Math.max(...troubles.map(({ end, since }) => end?.at ?? since)) }),
  };
};
