// A small network of a host: two services for members, and one that nobody may know of. Whatever must never be public says
// "canary", so that one search finds every leak.
import type { Outcome, PhasesUs } from '../../../checks/lib/outcome.ts';
import type { CheckConfig, Config, ServiceConfig } from '../../../config/config.ts';
import { Secret } from '../../../config/secret.ts';
import type { PublishedWindow } from '../../../server/app/published-maintenance.ts';
import { publish } from '../../../server/app/publish.ts';
import type { PublishedStatus } from '../../../server/app/publish.ts';
import type { Outage, Span } from '../../../server/core/effects.ts';
import type { Incident } from '../../../server/core/incidents/incident.ts';
import { nothingRemembered } from '../../../server/core/remember.ts';
import type { Result } from '../../../server/core/result.ts';
import { Watch } from '../../../server/core/watch.ts';
import type { Step } from '../../../server/core/watch.ts';
import { makeCheck, makeConfig, minutes, seconds, seriesKey, start } from '../../support/watch.ts';

const options = {
  host: 'canary-host.example.org',
  user: 'canary-user',
  password: new Secret('canary-secret'),
};

const service = (
  id: string,
  names: readonly [fr: string, en: string],
  check: CheckConfig,
  isPublic = true,
): ServiceConfig => ({
  id,
  name: { fr: names[0], en: names[1] },
  public: isPublic,
  checks: [check],
});

const hosting = { fr: 'Hébergement', en: 'Hosting' };

export const network: Config = {
  ...makeConfig(
    [
      {
        ...service('databases', ['Bases de données', 'Databases'], makeCheck('canary-db1', { options })),
        description: { fr: 'MariaDB et PostgreSQL', en: 'MariaDB and PostgreSQL' },
        group: hosting,
        members: 150,
      },
      service('mail', ['Courriel', 'Mail'], makeCheck('canary-mx1', { options })),
      service('canary-id', ['canary-nom', 'canary-name'], makeCheck('canary-check', { options }), false),
    ],
    [makeCheck('canary-witness', { options })],
  ),
};

const outcomes = {
  good: { kind: 'ok' },
  bad: { kind: 'fail', cause: 'refused', evidence: 'canary-evidence: 192.0.2.77 refused' },
  slow: { kind: 'warn', cause: 'slow', evidence: 'canary-evidence: 2000 ms' },
  expiring: { kind: 'warn', cause: 'tls_expiring', evidence: 'canary-evidence: 9 days' },
} as const;

/** A watch to which time and outcomes are given, and what it had to say. */
export class Lookout {
  readonly watch: Watch;
  readonly outages: Outage[] = [];
  readonly spans = new Map<string, Span[]>();
  readonly results: Result[] = [];
  incidents: readonly Incident[] = [];
  told: ReadonlyMap<string, PublishedWindow> = new Map();
  now = start;
  readonly #config: Config;

  constructor(config: Config = network) {
    this.#config = config;
    const { watch, step } = Watch.open(config, nothingRemembered, this.now);
    this.watch = watch;
    this.#keep(step);
  }

  /** Nobody probes for so long. */
  sleep(lengthMs: number): this {
    this.now += lengthMs;
    this.#keep(this.watch.tick(this.now));
    return this;
  }

  /** Every check that is not named sees what is good, every 20 seconds for so long. */
  pass(
    lengthMs: number,
    seen: Readonly<Record<string, keyof typeof outcomes>> = {},
    phasesUs: PhasesUs = { connect: 1_000 },
  ): this {
    const checks = [...this.#config.services.flatMap(({ checks }) => checks), ...this.#config.witnesses];
    for (const until = this.now + lengthMs; this.now < until;) {
      this.now += 20 * seconds;
      const reports = checks.map(({ id }) => ({
        series: seriesKey(id),
        startedAt: this.now,
        tainted: false,
        outcome: {
          ...outcomes[seen[id] ?? 'good'],
          phasesUs,
          totalUs: 2_000,
          facts: { canary: 'canary-fact' },
        } as Outcome,
      }));
      this.#keep(this.watch.observe(reports, this.now));
    }
    return this;
  }

  configure(config: Config): void {
    this.#keep(this.watch.configure(config, this.now));
  }

  publish(): PublishedStatus {
    const status = publish(this.#config, this.watch, this, this.incidents, this.now);
    this.told = new Map(status.calendar.map((window) => [window.id, window]));
    return status;
  }

  #keep({ effects }: Step): void {
    this.results.push(...effects.results);
    for (const span of effects.spans.filter(({ subject }) => subject.kind === 'service'))
      this.spans.set(span.subject.id, [...(this.spans.get(span.subject.id) ?? []), span]);
    for (const outage of effects.outages) {
      const known = this.outages.findIndex(({ id }) => id === outage.id);
      this.outages.splice(known < 0 ? this.outages.length : known, known < 0 ? 0 : 1, outage);
    }
  }
}

/** Mail was down for a while, and so was the secret service; now the databases are slow, and the secret is down again. */
export const eventful = (): Lookout =>
  new Lookout()
    .pass(5 * minutes)
    .pass(5 * minutes, { 'canary-mx1': 'bad', 'canary-check': 'bad' })
    .pass(5 * minutes)
    .pass(10 * minutes, { 'canary-db1': 'slow', 'canary-check': 'bad' });
