// The outages of services that go on, and the service that is at the root of each.
import type { WatchedService } from '../watched.ts';
import type { Trouble } from './follow.ts';

export const troublesOf = (services: Iterable<WatchedService>): readonly Trouble[] =>
  [...services].flatMap(({ config, timeline: { outage } }) =>
    outage === undefined
      ? []
      : [
          {
            outage: outage.id,
            service: config.id,
            root: config.id,
            state: outage.state,
            startedAt: outage.startedAt,
            confirmedAt: outage.confirmedAt,
            isPublic: config.public,
          },
        ],
  );
