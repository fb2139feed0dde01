// The outages of services that go on, and the service that is at the root of each.
import type { Outage } from '../effects.ts';
import type { Instant } from '../time.ts';
import type { Watch } from '../watch.ts';
import type { Trouble } from './follow.ts';

export type Troubled = Pick<Watch, 'services' | 'checks' | 'maintenanceOf'>;

export const troublesOf = (watch: Troubled, now: Instant): readonly Trouble[] =>
  [...watch.services.values()].flatMap(({ config, timeline: { outage } }) =>
    outage === undefined
      ? []
      : [
          {
            outage: outage.id,
            service: config.id,
            root: rootOf(outage, watch) ?? config.id,
            state: outage.state,
            startedAt: outage.startedAt,
            confirmedAt: outage.confirmedAt,
            isPublic: config.public,
            isPlanned: watch.maintenanceOf({ kind: 'service', id: config.id }, now) !== undefined,
          },
        ],
  );

/** The service that is out, or whose check is, and explains it. */
const rootOf = ({ consequenceOf }: Outage, { checks }: Pick<Watch, 'checks'>): string | undefined =>
  consequenceOf?.kind === 'check' ? checks.get(consequenceOf.id)?.service : consequenceOf?.id;
