// Incidents in memory, and the outages they are drafted from; instants count from `start`.
import { add } from '../../server/core/incidents/incident.ts';
import type { Incident, Version } from '../../server/core/incidents/incident.ts';
import { follow } from '../../server/core/incidents/follow.ts';
import type { Trouble } from '../../server/core/incidents/follow.ts';
import { write } from '../../server/core/incidents/write.ts';
import type { Deed, Refusal } from '../../server/core/incidents/write.ts';
import { minutes, start } from './watch.ts';

export const trouble = (service: string, over: Partial<Trouble> = {}): Trouble => ({
  outage: `service:${service}@${over.startedAt ?? start}`,
  service,
  root: service,
  state: 'down',
  startedAt: start,
  confirmedAt: start + 10_000,
  isPublic: true,
  isPlanned: false,
  ...over,
});

export class Newsroom {
  incidents: ReadonlyMap<number, Incident> = new Map();
  troubles: readonly Trouble[] = [];
  now = start;
  publishAfterMs: number | undefined = 15 * minutes;
  mayRemind: (incident: Incident) => boolean = () => true;

  follow(): readonly Version[] {
    const { incidents, troubles, now, publishAfterMs, mayRemind } = this;
    return this.#take(follow({ incidents, troubles, now, publishAfterMs, mayRemind }));
  }

  write(id: number | undefined, deed: Deed, author = 'ada'): Refusal | undefined {
    const services = new Set(['web', 'databases', 'network']);
    const written = write({ incidents: this.incidents, services, author, now: this.now }, id, deed);
    if (written.kind === 'refused') return written.refusal;
    this.#take(written.versions);
    return undefined;
  }

  get(id: number): Incident {
    const incident = this.incidents.get(id);
    if (incident === undefined) throw new Error(`there is no incident ${id}`);
    return incident;
  }

  #take(versions: readonly Version[]): readonly Version[] {
    const next = new Map(this.incidents);
    for (const version of versions) next.set(version.incident, add(next.get(version.incident), version));
    this.incidents = next;
    return versions;
  }
}
