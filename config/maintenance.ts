// Maintenance that is announced: what it touches, and when, once or again and again.
import { RRuleTemporal } from 'rrule-temporal';
import { z } from 'zod';
import type { Config, MaintenanceConfig } from './config.ts';
import { duration, formatDuration, id } from './fields.ts';
import type { Path } from './problems.ts';
import { instantOf, moment, recurrenceOf, rrule } from './recurrence.ts';
import type { Recurrence } from './recurrence.ts';
import type { Review } from './review.ts';
import { words } from './texts.ts';

const dayMs = 86_400_000;
/** What takes longer is no maintenance, and would keep alerts back for as long. */
export const windowMsMax = 30 * dayMs;
const subjectsMax = 500;

const ids = () => z.array(id()).min(1).max(subjectsMax).exactOptional();

export const maintenanceSchema = z.strictObject({
  id: id().describe('Names it for ever.'),
  title: words(120).describe('What is done, for members: one text, or { fr: …, en: … }.'),
  text: words(1_000).exactOptional().describe('What members should know of it.'),
  services: ids().describe('Ids of the services that it touches, with all their checks.'),
  checks: ids().describe('Ids of single checks that it touches.'),
  from: moment().describe('When it begins; of one that recurs, the first time.'),
  to: moment().exactOptional().describe('When it ends, of one that comes once.'),
  rrule: rrule()
    .exactOptional()
    .describe('When it comes again: the parts of a recurrence rule of RFC 5545, in local time.'),
  duration: duration({ minMs: 60_000, maxMs: windowMsMax })
    .exactOptional()
    .describe('How long it takes each time, of one that recurs.'),
});
type Written = z.output<typeof maintenanceSchema>;

/** Reads what `root` holds: says what does not fit together, and goes on. */
export const readMaintenance = (
  written: readonly Written[],
  { organisation: { timezone } }: Pick<Config, 'organisation'>,
  review: Review,
): readonly MaintenanceConfig[] => {
  const known = knownIn(review);
  const first = new Map<string, Path>();
  return written.map((one, index) => {
    const path: Path = ['maintenance', index];
    const before = first.get(one.id);
    if (before === undefined) first.set(one.id, path);
    else review.say([...path, 'id'], `an id of its own, for ${review.lineOf(before)} has this one`);
    return readOne(one, { path, timezone, known, review });
  });
};

interface Reading {
  readonly path: Path;
  readonly timezone: string;
  readonly known: Record<'services' | 'checks', ReadonlySet<string>>;
  readonly review: Review;
}

const readOne = (written: Written, reading: Reading): MaintenanceConfig => {
  const { path, known, review } = reading;
  const { id, title, text, services = [], checks = [] } = written;
  if (services.length + checks.length === 0) review.say(path, 'services, or checks, that it touches');
  for (const kind of ['services', 'checks'] as const)
    for (const [index, subject] of (written[kind] ?? []).entries())
      if (!known[kind].has(subject)) review.say([...path, kind, index], `the id of one of the ${kind}`);
  return { id, title, ...(text && { text }), services, checks, ...timeOf(written, reading) };
};

const timeOf = (
  { from, to, rrule, duration }: Written,
  { path, timezone, review }: Reading,
): Pick<MaintenanceConfig, 'once' | 'recurring'> => {
  const fromMs = instantOf(from, timezone);
  if (rrule === undefined) {
    if (duration !== undefined)
      review.say([...path, 'duration'], '"to", or "rrule" beside it', 'it alone', 'key');
    else if (to === undefined) review.say(path, '"to", or "rrule" and "duration"');
    const toMs = to === undefined ? fromMs : instantOf(to, timezone);
    if (to !== undefined && (toMs <= fromMs || toMs - fromMs > windowMsMax))
      review.say([...path, 'to'], `a time after "from", at most ${formatDuration(windowMsMax)} later`);
    return { once: { fromMs, toMs } };
  }
  if (to !== undefined) review.say([...path, 'to'], '"duration" beside "rrule"', 'it', 'key');
  else if (duration === undefined) review.say(path, '"duration" beside "rrule"');
  const recurrence = recurrenceOf(from, rrule, timezone);
  const durationMs = duration ?? 0;
  const wrong = wrongIn(recurrence, durationMs);
  if (wrong !== undefined) review.say([...path, wrong.key], wrong.expected);
  return { recurring: { ...recurrence, durationMs } };
};

/** In so many years every rule shows the steps it makes, those of 29 February too. */
const surveyedYears = 9;

// A beginning on a day that the rule leaves out is a slip, and so is an end after the next beginning.
const wrongIn = (
  { wallStart, rule }: Recurrence,
  durationMs: number,
): { readonly key: string; readonly expected: string } | undefined => {
  const dtstart = Temporal.PlainDateTime.from(wallStart).toZonedDateTime('UTC');
  const starts = new RRuleTemporal({ rruleString: rule, dtstart, temporal: Temporal })
    .between(dtstart, dtstart.add({ years: surveyedYears }), true)
    .map(({ epochMilliseconds }) => epochMilliseconds);
  if (starts[0] === undefined) return { key: 'rrule', expected: 'a rule that comes true after "from"' };
  if (starts[0] !== dtstart.epochMilliseconds) {
    const next = Temporal.Instant.fromEpochMilliseconds(starts[0]).toString().slice(0, 16);
    return { key: 'from', expected: `a time at which the rule comes true, such as ${next}` };
  }
  const gapMs = starts.reduce(
    (least, at, index) => Math.min(least, at - (starts[index - 1] ?? -Infinity)),
    Infinity,
  );
  return durationMs >= gapMs
    ? { key: 'duration', expected: `less than the ${formatDuration(gapMs)} until it comes again` }
    : undefined;
};

// As they are written, so that what is wrong elsewhere in a service is not told twice.
const knownIn = (review: Review): Reading['known'] => {
  const services = listAt(review, ['services']);
  const checks = services.flatMap((path) => {
    const paths = listAt(review, [...path, 'checks']);
    const usual = paths.length === 1 ? review.at([...path, 'id']) : undefined;
    return paths.map((check) => review.at([...check, 'id']) ?? usual);
  });
  return {
    services: textsOf(services.map((path) => review.at([...path, 'id']))),
    checks: textsOf(checks),
  };
};

const listAt = (review: Review, path: Path): readonly Path[] => {
  const list = review.at(path);
  return Array.isArray(list) ? list.map((_, index) => [...path, index]) : [];
};

const textsOf = (values: readonly unknown[]): ReadonlySet<string> =>
  new Set(values.filter((value) => typeof value === 'string'));
