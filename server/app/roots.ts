// Because of which service another one has an outage, as readers may know it.
import type { Outage } from '../core/effects.ts';
import type { WatchedService } from '../core/watched.ts';

export class Roots {
  readonly #services: ReadonlySet<string>;
  /** The service of each check. */
  readonly #checks: ReadonlyMap<string, string>;

  /** `services`: those that readers know of. */
  constructor(services: readonly WatchedService[]) {
    this.#services = new Set(services.map(({ config }) => config.id));
    this.#checks = new Map(
      services.flatMap(({ config, checks }) => checks.map((check) => [check.config.id, config.id] as const)),
    );
  }

  /** Nothing for what is no consequence, or is one of something that readers do not know, or of the service itself. */
  of(outage: Outage | undefined): { readonly consequenceOf?: string } {
    const root = outage?.consequenceOf;
    if (root === undefined) return {};
    const service = root.kind === 'service' ? root.id : this.#checks.get(root.id);
    const isTold = service !== undefined && service !== outage?.subject.id && this.#services.has(service);
    return isTold ? { consequenceOf: service } : {};
  }
}
