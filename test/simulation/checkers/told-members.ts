// I4: to an incident is only ever added. I3: of a cause there is one open incident at most; what nobody speaks of ends with
// its outage. I10: a start goes on with all that was written.
import type { IncidentChange } from '../../../server/app/ports.ts';
import { add, isOpen, vigie } from '../../../server/core/incidents/incident.ts';
import type { Incident } from '../../../server/core/incidents/incident.ts';
import type { Checker, Stage } from './checker.ts';
import { demand } from './violation.ts';

const incidentsMax = 1_000;

export class ToldMembers implements Checker {
  readonly #stage: Stage;
  readonly #incidents = new Map<number, Incident>();

  constructor(stage: Stage) {
    this.#stage = stage;
  }

  written(changes: readonly IncidentChange[]): void {
    for (const { id, versions } of changes)
      for (const version of versions) {
        const before = this.#incidents.get(id);
        const isNext = version.version === (before?.versions.length ?? 0) + 1;
        demand(isNext, 'I4 monotone', () => `incident ${id} gets its version ${version.version} again`);
        this.#incidents.set(id, add(before, version));
      }
    const roots = [...this.#incidents.values()].filter(isOpen).flatMap(({ roots }) => roots);
    demand(new Set(roots).size === roots.length, 'I3 one open', () => `two incidents of ${roots.join(', ')}`);
  }

  starting(): void {
    const kept = [...this.#incidents.values()].slice(-incidentsMax).flatMap(({ versions }) => versions);
    const back = this.#stage.disk.written().incidents(incidentsMax);
    demand(
      back.length === kept.length,
      'I10 restart',
      () => `of ${kept.length} versions ${back.length} came back`,
    );
  }

  calm(): void {
    for (const { id, versions, ...incident } of this.#incidents.values())
      demand(
        !isOpen({ id, versions, ...incident }) || versions.some(({ author }) => author !== vigie),
        'I3 one open',
        () => `incident ${id} is not over, and all is well`,
      );
  }
}
