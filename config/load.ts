// From the file an operator wrote, or a folder of them, to a `Config`, or to every problem at once.
import { resolve } from 'node:path';
import type { Config } from './config.ts';
import type { Files } from './files.ts';
import { LocalFiles } from './local-files.ts';
import { readMaintenance } from './maintenance.ts';
import type { Problem } from './problems.ts';
import { markReferences } from './references.ts';
import { Review } from './review.ts';
import { readRoutes } from './routes.ts';
import type { KnownNotifiers } from './routes.ts';
import { rootSchema } from './schema.ts';
import { readSelfCheck } from './self-check.ts';
import { readSubscriptions } from './subscriptions.ts';
import { ServiceReader } from './services.ts';
import type { ServiceRules } from './services.ts';
import { readWritten } from './sources.ts';

export interface LoadRequest extends ServiceRules {
  readonly notifiers: KnownNotifiers;
  /** A YAML file, or a folder whose `.yaml` files are read as one. Problems name files as this does. */
  readonly path: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly files: Files;
  /** Folder of the database when the configuration names none, absolute. */
  readonly data: string;
}

export type Loaded = {
  /** Every file or folder it depends on, absolute, there or not: whoever reloads watches them. */
  readonly watchPaths: readonly string[];
} & (
  | { readonly config: Config; readonly problems?: never }
  | { readonly problems: readonly Problem[]; readonly config?: never }
);

/**
 * All or nothing, and never an exception for what an operator wrote. In short (`vigie schema` has it in full):
 *
 *     organisation: { name, timezone, languages: [fr, en], url, page, contact }
 *     listen: { public: 127.0.0.1:3210, private: 127.0.0.1:3211 }
 *     data: /var/lib/vigie                        # every relative path starts at the folder of the configuration
 *     resolvers: [127.0.0.53]
 *     retention: { results: 35d, evidence: 400d }
 *     backup: { folder, at: 03:30, keep: 14 }
 *     vantage-points: [{ id, name }]               # the first is where this Vigie runs
 *     defaults: { every, timeout, families, confirm, recover }
 *     witnesses: [{ type, layer: reference, network, …options }]   # every 10 s; the id comes from type and target
 *     services:
 *       - { id, name: { fr, en }, description, group, members, public: true, checks: [
 *           { id, type, every: 20s, timeout, families: [4], vantage-points: [id], slow: { total: 2s }, supporting: false,
 *             confirm: { failures: 3, over: 10s, recheck: 5s, slow: 5, of: 8 },
 *             recover: { successes: 2, over: 20s, calm: 5m }, …options } ] }
 *     notify:
 *       - { id, type, services: [id], severity: degraded, hours: 08:00-22:00, quiet: degraded, after, repeat: [1h, 4h, 24h],
 *           fallback: id, languages: [fr, en], audience: admins, weekly-test: true,
 *           monthly-report: false, …options }
 *     dead-mans-switch: [{ url, every: 60s }]
 *     self-check: { domains, prefixes, name-servers, mail-servers, services }
 *     subscriptions: { host, port, tls, user, password, from, unsubscribe, bounces, per-minute: 60, asked-per-hour: 60, most: 2000 }
 *     maintenance:
 *       - { id, title, text, services, checks, from: 2026-11-29T02:00, to | rrule and duration }
 *
 * The options of a type stand beside the keys of every check. A secret is `{ env: NAME }` or `{ file: PATH }`.
 */
export const loadConfig = (request: LoadRequest): Loaded => {
  const { path, env, files } = request;
  const filePaths = new Set<string>();
  const onFile = (file: string) => void filePaths.add(file);
  const written = readWritten(path, files);
  const review = new Review(written);
  markReferences(written.data, {
    env,
    files,
    folder: written.folder,
    onFile,
  });
  const localFiles = new LocalFiles({ files, folder: written.folder, review, onFile });
  const config = written.isBroken ? undefined : readConfig(request, written.folder, localFiles, review);
  const problems = firstOfEachPlace([...written.problems, ...review.problems]);
  const watchPaths = [resolve(path), ...filePaths];
  return problems.length === 0 && config ? { config, watchPaths } : { problems, watchPaths };
};

const readConfig = (
  request: LoadRequest,
  folder: string,
  localFiles: LocalFiles,
  review: Review,
): Config | undefined => {
  const root = review.parse(rootSchema, []);
  const reader = new ServiceReader(request, localFiles, review);
  const witnesses = reader.witnesses();
  const services = reader.services();
  const languages = review.peek(rootSchema.shape.organisation.shape.languages, ['organisation', 'languages']);
  const routes = readRoutes({ notifiers: request.notifiers, localFiles, review }, languages ?? []);
  const subscriptions = readSubscriptions(request.notifiers, localFiles, review);
  if (root === undefined) return undefined;
  const { organisation, listen, resolvers, retention } = root;
  const publishAfter = root.incidents['publish-after'];
  const { public: page, private: console } = listen;
  if (page.address === console.address && page.port === console.port && page.port !== 0)
    review.say(['listen', 'public'], 'another port than "private"');
  return {
    demonstration: false,
    organisation,
    listen,
    data: root.data === undefined ? request.data : resolve(folder, root.data),
    resolvers,
    retention: { resultsMs: retention.results, evidenceMs: retention.evidence },
    ...(root.backup && { backup: { ...root.backup, folder: resolve(folder, root.backup.folder) } }),
    vantagePoints: root['vantage-points'],
    flapping: root.flapping,
    incidents: publishAfter === 'never' ? {} : { publishAfterMs: publishAfter },
    witnesses,
    services,
    routes,
    deadMansSwitches: root['dead-mans-switch'].map(({ url, every }) => ({ url, everyMs: every })),
    maintenance: readMaintenance(root.maintenance, root, review),
    ...readSelfCheck(root['self-check'], localFiles, review),
    ...subscriptions,
  };
};

// An alias, say, that is refused reads as nothing, which is refused again.
const firstOfEachPlace = (problems: readonly Problem[]): Problem[] => {
  const places = Map.groupBy(problems, ({ file, line, column, path }) =>
    JSON.stringify([file, line, column, path]),
  );
  return [...places.values()].flatMap((samePlace) => samePlace.slice(0, 1));
};
