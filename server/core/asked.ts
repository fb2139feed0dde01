// Outages have opened: who of the same services can say more about them, and is to be asked now?
import type { CheckConfig } from '../../config/config.ts';
import type { Notable } from './effects.ts';
import type { SeriesKey } from './series.ts';

interface Service {
  readonly checks: readonly {
    readonly config: CheckConfig;
    readonly series: readonly { readonly key: SeriesKey }[];
  }[];
}

/** Each series once, however many outages opened together. A check whose own outage is among them has just spoken. */
export const asked = (notables: readonly Notable[], services: Iterable<Service>): readonly SeriesKey[] => {
  const causes = new Map(notables.flatMap(openedOf));
  if (causes.size === 0) return [];
  return [...services].flatMap(({ checks }) => {
    const found = new Set<string>(checks.flatMap(({ config }) => causes.get(config.id) ?? []));
    return checks
      .filter(
        ({ config: { id, askedOn = [] } }) => !causes.has(id) && askedOn.some((cause) => found.has(cause)),
      )
      .flatMap(({ series }) => series.map(({ key }) => key));
  });
};

const openedOf = (notable: Notable): readonly (readonly [check: string, cause: string])[] =>
  notable.kind === 'outage-opened' && notable.outage.subject.kind === 'check'
    ? [[notable.outage.subject.id, notable.outage.finding.cause]]
    : [];
