// Which service another one depends on, and because of which it has an outage, as readers may know it.
import type { ServiceConfig } from '../../config/config.ts';
import type { Outage, Subject } from '../core/effects.ts';
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
    const service = outage?.consequenceOf && this.#told(outage.consequenceOf, outage.subject.id);
    return service === undefined ? {} : { consequenceOf: service };
  }

  /** The services that this one and its checks cannot work without. */
  above({ id, dependsOn = [], checks }: ServiceConfig): readonly string[] {
    const all = [...dependsOn, ...checks.flatMap((check) => check.dependsOn ?? [])];
    return [...new Set(all.flatMap((one) => this.#told(one, id) ?? []))];
  }

  #told({ kind, id }: Subject, of: string): string | undefined {
    const service = kind === 'service' ? id : this.#checks.get(id);
    return service !== undefined && service !== of && this.#services.has(service) ? service : undefined;
  }
}
