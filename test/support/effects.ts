// Effects with little to say, to be told apart by what a test gives them.
import type { Alert } from '../../server/core/alerts/alert.ts';
import type { Message } from '../../server/core/alerts/message.ts';
import type { Notable, Outage, Span, Subject } from '../../server/core/effects.ts';
import type { Standing } from '../../server/core/judge.ts';
import type { Result } from '../../server/core/result.ts';
import type { SeriesKey } from '../../server/core/series.ts';
import type { Learned } from '../../server/core/slowness/learned.ts';

export { noEffects } from '../../server/core/effects.ts';

export const db1: Subject = { kind: 'check', id: 'db1' };
export const series4: SeriesKey = { check: 'db1', vantage: 'local', family: 4 };
export const series6: SeriesKey = { check: 'db1', vantage: 'local', family: 6 };

export const result = (at: number, over: Partial<Result> = {}): Result => ({
  series: series4,
  at,
  grade: 'good',
  totalUs: 1_000,
  phasesUs: {},
  facts: {},
  ...over,
});

export const learned = (phase: string, over: Partial<Learned> = {}): Learned => ({
  series: series4,
  phase,
  since: 3,
  keptAt: 5,
  bytes: new Uint8Array([1, 2, 3]),
  ...over,
});

export const standing = (since: number, over: Partial<Standing> = {}): Standing => ({
  state: 'up',
  since,
  recent: [],
  ...over,
});

export const span = (since: number, over: Partial<Span> = {}): Span => ({
  subject: db1,
  since,
  state: 'up',
  ...over,
});

export const outage = (startedAt: number, over: Partial<Outage> = {}): Outage => ({
  id: `check:db1@${startedAt}`,
  subject: db1,
  state: 'down',
  startedAt,
  confirmedAt: startedAt + 40,
  finding: { cause: 'refused', evidence: 'connection refused' },
  ...over,
});

export const recovered = (at: number) => ({ at, how: 'recovered' as const });

export const blind = (key: string) =>
  ({ kind: 'blind', key, at: 5, since: 3, vantage: 'local', family: 4 }) as const satisfies Notable;

/** All of history. */
export const always = { from: 0, to: Number.MAX_SAFE_INTEGER, limit: 1_000 };

export const alert = (openedAt: number, over: Partial<Alert> = {}): Alert => ({
  id: `service:mail@${openedAt}`,
  service: 'mail',
  name: { fr: 'Courriel', en: 'Mail' },
  isPublic: true,
  openedAt,
  troubles: [],
  told: [],
  ...over,
});

export const message = (key: string, over: Partial<Message> = {}): Message => ({
  key,
  thread: key,
  route: 'admins',
  kind: 'alert',
  severity: 'down',
  at: 7,
  exercise: false,
  title: { fr: `Essai ${key}`, en: `Trial ${key}` },
  text: { fr: '', en: '' },
  alerts: [],
  ...over,
});
