// Random effects about few subjects in little time, so that they often speak of the same thing.
import fc from 'fast-check';
import { causes } from '../../checks/lib/outcome.ts';
import type { Effects, Notable, Outage, Span, Subject } from '../../server/core/effects.ts';
import { subjectId } from '../../server/core/effects.ts';
import type { Standing } from '../../server/core/judge.ts';
import type { Window } from '../../server/core/maintenance.ts';
import { grades } from '../../server/core/result.ts';
import type { Finding, Result } from '../../server/core/result.ts';
import type { SeriesKey } from '../../server/core/series.ts';
import type { Learned } from '../../server/core/slowness/learned.ts';
import { states } from '../../server/core/state.ts';
import { anyText } from './arbitrary-text.ts';
import { alert, message } from './effects.ts';

export const subjects: readonly Subject[] = [
  { kind: 'check', id: 'db1' },
  { kind: 'service', id: 'db1' },
  { kind: 'check', id: 'web' },
];
export const allSeries: readonly SeriesKey[] = [
  { check: 'db1', vantage: 'local', family: 4 },
  { check: 'db1', vantage: 'local', family: 6 },
  { check: 'web', vantage: 'marseille', family: 0 },
];

const instant = fc.oneof(fc.nat(12), fc.integer({ min: 1_790_000_000_000, max: 1_790_000_000_009 }));
const subject = fc.constantFrom(...subjects);
const series = fc.constantFrom(...allSeries);
const phase = fc.constantFrom('dns', 'connect', 'tls', 'réponse');
const cause = fc.constantFrom(...causes);

/** Fields that are there or not, never `undefined`. */
const record = <T>(
  model: { [K in keyof T]: fc.Arbitrary<T[K]> },
  ...optional: (keyof T)[]
): fc.Arbitrary<T> => {
  const requiredKeys = (Object.keys(model) as (keyof T)[]).filter((key) => !optional.includes(key));
  return fc.record(model, { requiredKeys, noNullPrototype: true });
};

const slowness = fc.record(
  { kind: fc.constantFrom('shift', 'tail'), tookMs: fc.nat(), usualMs: fc.nat() },
  { noNullPrototype: true },
);

const finding = record<Required<Finding>>(
  { cause, phase, evidence: anyText, slowness },
  'phase',
  'slowness',
) as fc.Arbitrary<Finding>;

const result = record<Required<Result>>(
  {
    series,
    at: instant,
    grade: fc.constantFrom(...grades),
    cause,
    totalUs: fc.maxSafeNat(),
    phasesUs: fc.dictionary(phase, fc.maxSafeNat(), { noNullPrototype: true }),
    evidence: anyText,
    facts: fc.dictionary(fc.string(), fc.oneof(anyText, fc.integer(), fc.boolean()), {
      noNullPrototype: true,
    }),
  },
  'cause',
  'evidence',
) as fc.Arbitrary<Result>;

const standing = record<Required<Standing>>(
  {
    state: fc.constantFrom(...states),
    since: instant,
    held: fc.constantFrom('up' as const, 'degraded' as const, 'down' as const),
    finding,
    lastAt: instant,
    contest: fc.oneof(
      fc.record(
        { kind: fc.constant('failing' as const), since: instant, count: fc.nat(9) },
        { noNullPrototype: true },
      ),
      fc.record({ kind: fc.constant('calming' as const), since: instant }, { noNullPrototype: true }),
    ),
    recent: fc.array(instant, { maxLength: 5 }),
    lately: fc.array(instant, { minLength: 1, maxLength: 5 }),
  },
  'held',
  'finding',
  'lastAt',
  'contest',
  'lately',
) as fc.Arbitrary<Standing>;

const learned: fc.Arbitrary<Learned> = fc.record(
  { series, phase, since: instant, keptAt: instant, bytes: fc.uint8Array({ maxLength: 40 }) },
  { noNullPrototype: true },
);

const span = record<Required<Span>>(
  {
    subject,
    since: instant,
    state: fc.constantFrom(...states),
    extent: fc.constantFrom('partial' as const, 'major' as const),
    finding,
  },
  'extent',
  'finding',
) as fc.Arbitrary<Span>;

const outage: fc.Arbitrary<Outage> = record<Required<Omit<Outage, 'id'>>>(
  {
    subject,
    state: fc.constantFrom('down' as const, 'degraded' as const),
    startedAt: instant,
    confirmedAt: instant,
    finding,
    consequenceOf: subject,
    end: fc.record(
      {
        at: instant,
        how: fc.constantFrom('recovered' as const, 'became-worse' as const, 'withdrawn' as const),
      },
      { noNullPrototype: true },
    ),
  },
  'consequenceOf',
  'end',
).map((outage) => ({ id: `${subjectId(outage.subject)}@${outage.startedAt}`, ...outage }));

const notable: fc.Arbitrary<Notable> = fc.record(
  {
    kind: fc.constantFrom('blind', 'sighted'),
    key: fc.constantFrom('a', 'b', 'c', 'd'),
    at: instant,
    since: instant,
    vantage: fc.constantFrom('local', 'remote'),
    family: fc.constantFrom(0, 4, 6),
  },
  { noNullPrototype: true },
);

const aboutAlerts = {
  alerts: fc.array(
    fc.nat(3).map((openedAt) => alert(openedAt)),
    { maxLength: 2 },
  ),
  silences: fc.constant([]),
  messages: fc.array(
    fc.constantFrom('a', 'b', 'c').map((key) => message(key)),
    { maxLength: 2 },
  ),
};
const window = record<Required<Window>>(
  {
    id: fc.constantFrom('switch', 'backups@2026-11-29'),
    title: record({ fr: anyText, en: anyText }),
    text: record({ fr: anyText, en: anyText }),
    services: fc.array(fc.constantFrom('db1', 'web')),
    checks: fc.array(fc.constantFrom('db1', 'web')),
    from: instant,
    until: instant,
    plan: fc.constantFrom('switch', 'backups'),
    madeAt: instant,
    changedAt: instant,
    cancelled: fc.constant(true),
  },
  'text',
  'plan',
  'madeAt',
  'changedAt',
  'cancelled',
) as fc.Arbitrary<Window>;

export const effects: fc.Arbitrary<Effects> = fc.record(
  {
    results: fc.array(result, { maxLength: 6 }),
    standings: fc.array(fc.record({ series, standing }, { noNullPrototype: true }), { maxLength: 3 }),
    learned: fc.array(learned, { maxLength: 3 }),
    spans: fc.array(span, { maxLength: 4 }),
    outages: fc.array(outage, { maxLength: 3 }),
    notables: fc.array(notable, { maxLength: 2 }),
    ...aboutAlerts,
    diversions: fc.constant([]),
    windows: fc.array(window, { maxLength: 2 }),
  },
  { noNullPrototype: true },
);
