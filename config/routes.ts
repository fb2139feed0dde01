// How people are told: routes, each a notifier with its options and, beside them, when and of what it is told.
import { z } from 'zod';
import type { Language, RouteConfig } from './config.ts';
import { duration, id } from './fields.ts';
import { Ids } from './ids.ts';
import type { LocalFiles } from './local-files.ts';
import { meant } from './problems.ts';
import type { Path } from './problems.ts';
import type { Review } from './review.ts';
import { listOf } from './texts.ts';

/** What the configuration needs to know of a notifier. */
export interface KnownNotifier {
  readonly title: string;
  readonly summary: string;
  readonly options: z.ZodObject;
  /** Who reads what it tells, unless the route says otherwise; `admins` where nothing is said. */
  readonly audience?: 'public';
  /** The options with which it tells each subscriber apart, if it can. */
  readonly subscribers?: z.ZodObject;
}

export type KnownNotifiers = Readonly<Record<string, KnownNotifier>>;

const dayMs = 86_400_000;

const hoursExpected = 'hours such as 08:00-22:00 or 22:00-06:00';

/** As minutes after midnight. */
const hours = () =>
  z
    .string({ error: hoursExpected })
    .regex(/^(?:[01]\d|2[0-3]):[0-5]\d-(?:[01]\d|2[0-3]):[0-5]\d$/, { error: hoursExpected, abort: true })
    .transform((text) => {
      const [from = 0, to = 0] = text
        .split('-')
        .map((time) => Number(time.slice(0, 2)) * 60 + Number(time.slice(3)));
      return { fromMinute: from, toMinute: to };
    })
    .refine(({ fromMinute, toMinute }) => fromMinute !== toMinute, { error: hoursExpected });

const severities = ['down', 'degraded'] as const;
const audiences = ['admins', 'public'] as const;

/** The keys that a route has whatever its type. */
export const routeSchema = z.strictObject({
  id: id().describe('Names it for ever: in metrics, in `fallback`, and in `vigie notify-test`.'),
  type: z.string().describe('How it tells: one of the notifiers below.'),
  services: z
    .array(id())
    .min(1)
    .max(500)
    .optional()
    .describe('Ids of the services of which it tells; of all, if it is not written.'),
  severity: z
    .enum(severities)
    .default('degraded')
    .describe(
      '`down`: what works, but not well, is not told; nor what is slow, unless it has taken five times the usual for ten minutes.',
    ),
  hours: hours()
    .optional()
    .describe(
      "Hours of the day, in the organisation's time zone, outside of which it is quiet: `08:00-22:00`.",
    ),
  quiet: z
    .enum(['degraded', 'all'])
    .default('degraded')
    .describe('What waits outside these hours until they begin: only what is not down, or all.'),
  after: duration({ minMs: 0, maxMs: 7 * dayMs })
    .prefault('0s')
    .describe('Escalation: it is told only of what nobody has acknowledged so long after the beginning.'),
  repeat: z
    .array(duration({ minMs: 60_000, maxMs: 30 * dayMs }))
    .max(20)
    .optional()
    .meta({
      description:
        'Pauses before each reminder of what nobody has acknowledged; the last one repeats. `[]`: no reminders, as for the public.',
      usually: ['1h', '4h', '24h'],
    }),
  fallback: id()
    .optional()
    .describe(
      'Id of the route that is told what this one could not tell; for the public, only if this one is.',
    ),
  languages: listOf(z.enum(['fr', 'en']), 'a list such as [fr, en]')
    .optional()
    .describe("Languages of the messages, the first one first; the organisation's, if it is not written."),
  audience: z.enum(audiences).optional().meta({
    description:
      'Who reads it. `public` is told no evidence, no address and nothing of services that are not public.',
    usually: 'admins',
  }),
  'weekly-test': z.boolean().optional().meta({
    description: 'Sends a test message every Monday at ten; the public is not tested, unless it is written.',
    usually: true,
  }),
  'monthly-report': z
    .boolean()
    .default(false)
    .describe('Tells on the first of a month what each service kept in the one before; never to the public.'),
});
type WrittenRoute = z.output<typeof routeSchema>;

const usualRepeatMs = [3_600_000, 4 * 3_600_000, dayMs];

/** What may be written for a route of this type. */
export const routeSchemaOf = (name: string, { options }: Pick<KnownNotifier, 'options'>): z.ZodObject => {
  const taken = Object.keys(options.shape).find((key) => key in routeSchema.shape);
  if (taken !== undefined) throw new Error(`notifier ${name}: the option ${taken} is a key of every route`);
  return options.safeExtend({ ...routeSchema.shape, type: z.literal(name) });
};

export interface RouteRules {
  readonly notifiers: KnownNotifiers;
  readonly localFiles: LocalFiles;
  readonly review: Review;
}

/** Reads one after the other, whatever is wrong with those before. */
export const readRoutes = (rules: RouteRules, languages: readonly Language[]): readonly RouteConfig[] => {
  const { review } = rules;
  const list = review.at(['notify']);
  const paths = Array.isArray(list) ? list.map((_, index): Path => ['notify', index]) : [];
  const ids = new Ids(review);
  for (const path of paths) {
    const id = review.at([...path, 'id']);
    if (typeof id === 'string') ids.claim(id, [...path, 'id']);
  }
  reviewServices(paths, review);
  reviewFallbacks(paths, review);
  const read = paths.map((path) => ({ path, route: readRoute(path, rules, languages) }));
  const routes = read.flatMap(({ route }) => route ?? []);
  for (const { path, route } of read) if (route !== undefined) reviewAudience(route, routes, path, review);
  return routes;
};

const readRoute = (
  path: Path,
  { notifiers, localFiles, review }: RouteRules,
  organisations: readonly Language[],
): RouteConfig | undefined => {
  const type = review.at([...path, 'type']);
  const notifier = typeof type === 'string' && Object.hasOwn(notifiers, type) ? notifiers[type] : undefined;
  if (typeof type !== 'string' || notifier === undefined) {
    const names = Object.keys(notifiers) as [string, ...string[]];
    review.parse(routeSchema.extend({ type: z.enum(names) }).strip(), path);
    return undefined;
  }
  const parsed = review.parse(routeSchemaOf(type, notifier), path);
  if (parsed === undefined) return undefined;
  const written = Object.entries(parsed).filter(([key]) => key in notifier.options.shape);
  const options = localFiles.settle(notifier.options, Object.fromEntries(written), path);
  const { id, services, severity, hours, quiet, after, repeat, fallback, languages, ...rest } =
    parsed as WrittenRoute;
  const audience = rest.audience ?? notifier.audience ?? 'admins';
  return {
    id,
    type,
    options,
    ...(services && { services }),
    severity,
    ...(hours && { hours }),
    quiet,
    afterMs: after,
    repeatMs: repeat ?? (audience === 'public' ? [] : usualRepeatMs),
    ...(fallback !== undefined && { fallback }),
    languages: languages ?? organisations,
    audience,
    weeklyTest: rest['weekly-test'] ?? audience === 'admins',
    ...(rest['monthly-report'] && audience === 'admins' && { monthlyReport: true }),
  };
};

const textsAt = (review: Review, list: string, key: string): readonly (string | undefined)[] => {
  const items = review.at([list]);
  if (!Array.isArray(items)) return [];
  return items.map((_, index) => {
    const value = review.at([list, index, key]);
    return typeof value === 'string' ? value : undefined;
  });
};

const reviewServices = (paths: readonly Path[], review: Review): void => {
  const known = textsAt(review, 'services', 'id').filter((id) => id !== undefined);
  for (const path of paths) {
    const services = review.at([...path, 'services']);
    if (!Array.isArray(services)) continue;
    services.forEach((id, index) => {
      if (typeof id === 'string' && !known.includes(id))
        review.say([...path, 'services', index], `the id of a service: ${meant(id, known)}`);
    });
  }
};

/** What is left to another route is left as it is, evidence and all. */
const reviewAudience = (
  { audience, fallback }: RouteConfig,
  routes: readonly RouteConfig[],
  path: Path,
  review: Review,
): void => {
  const isForAll = routes.some((route) => route.id === fallback && route.audience === 'public');
  if (audience === 'admins' && isForAll)
    review.say(
      [...path, 'fallback'],
      'a route that is not for the public: what administrators are told is not',
    );
};

/** A fallback that leads back to where it came from would send a message round for ever. */
const reviewFallbacks = (paths: readonly Path[], review: Review): void => {
  const ids = textsAt(review, 'notify', 'id');
  const fallbacks = textsAt(review, 'notify', 'fallback');
  paths.forEach((path, index) => {
    const fallback = fallbacks[index];
    if (fallback === undefined) return;
    const others = ids.filter((id) => id !== undefined && id !== ids[index]) as string[];
    if (!ids.includes(fallback))
      review.say(
        [...path, 'fallback'],
        `the id of another route${others.length > 0 ? `: ${meant(fallback, others)}` : ''}`,
      );
    const passed = new Set<string>();
    let at: string | undefined = fallback;
    while (at !== undefined && !passed.has(at)) {
      passed.add(at);
      at = fallbacks[ids.indexOf(at)];
    }
    if (passed.has(ids[index] ?? ''))
      review.say([...path, 'fallback'], 'a route that does not fall back to this one');
  });
};
