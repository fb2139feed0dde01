// The incidents there are: what people write into them, and what Vigie writes when it looks. One writes after the other, so
// that each has read what the one before has written.
import type { Message } from '../core/alerts/message.ts';
import { add, isOpen } from '../core/incidents/incident.ts';
import type { Incident, Version } from '../core/incidents/incident.ts';
import type { BulletinChange } from '../core/subscriptions/subscriber.ts';
import { follow } from '../core/incidents/follow.ts';
import type { Followed } from '../core/incidents/follow.ts';
import { write } from '../core/incidents/write.ts';
import type { Deed, Refusal } from '../core/incidents/write.ts';
import type { Clock, IncidentChange, Log, Store, Timers } from './ports.ts';

export interface IncidentsDeps {
  readonly store: Pick<Store, 'keepIncidents' | 'incidents'>;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly log: Log;
  /** Outages that go on. */
  readonly troubles: () => Followed['troubles'];
  readonly publishAfterMs: () => number | undefined;
  /** Whether somebody may be told at this hour that news of it are late. */
  readonly mayRemind: (incident: Incident, now: number) => boolean;
  readonly services: () => ReadonlySet<string>;
  /** What is to be told of these versions, which make the incidents what they are. */
  readonly messages: (
    added: readonly Version[],
    incidents: ReadonlyMap<number, Incident>,
  ) => readonly Message[];
  /** The same for subscribers; absent: there are none. */
  readonly bulletins?: (
    added: readonly Version[],
    incidents: ReadonlyMap<number, Incident>,
  ) => readonly BulletinChange[];
  /** Called when messages were kept. */
  readonly decided: (messages: readonly Message[]) => void;
  /** Called when something was written. */
  readonly changed: () => void;
}

/** How often time alone may publish one, or break a promise. */
const tickMs = 5_000;
/** As many as some years bring. Older ones stay in the store, to be read. */
const incidentsMax = 1_000;

export class Incidents {
  readonly #deps: IncidentsDeps;
  #incidents: ReadonlyMap<number, Incident>;
  #last: Promise<unknown> = Promise.resolve();
  #cancelTick = () => {};
  #isFailing = false;
  /** What was to be told when the store failed, which may have kept it all the same. */
  #inDoubt: readonly Message[] | undefined;

  private constructor(deps: IncidentsDeps, versions: readonly Version[]) {
    this.#deps = deps;
    this.#incidents = withVersions(new Map(), versions);
  }

  /** With all that was written so far. Rejects with a `StoreError`. */
  static async open(deps: IncidentsDeps): Promise<Incidents> {
    return new Incidents(deps, await deps.store.incidents(incidentsMax));
  }

  /** Looks every few seconds from now on. */
  start(): void {
    this.follow();
    this.#cancelTick = this.#deps.timers.after(tickMs, () => this.start());
  }

  get all(): ReadonlyMap<number, Incident> {
    return this.#incidents;
  }

  /** Newest first, and only older ones than the one with the number `before`. Rejects with a `StoreError`. */
  async page(limit: number, before?: number): Promise<readonly Incident[]> {
    const versions = await this.#deps.store.incidents(limit, before);
    return [...withVersions(new Map(), versions).values()].toReversed();
  }

  /** However old it is. Rejects with a `StoreError`. */
  async find(id: number): Promise<Incident | undefined> {
    const [found] = this.#incidents.has(id) ? [this.#incidents.get(id)] : await this.page(1, id + 1);
    return found?.id === id ? found : undefined;
  }

  /** What a person writes; `id` of none opens one. Rejects with a `StoreError`, and then nothing is written. */
  write(author: string, id: number | undefined, deed: Deed): Promise<Incident | Refusal> {
    return this.#inTurn(async () => {
      const { clock, services } = this.#deps;
      const desk = { incidents: this.#incidents, services: services(), author, now: clock.now() };
      const written = write(desk, id, deed);
      if (written.kind === 'refused') return written.refusal;
      const [first] = written.versions;
      await this.#keep(written.versions);
      return this.#incidents.get(first?.incident ?? 0) ?? 'no-such-incident';
    });
  }

  /** Looks whether there is something to write. */
  follow(): void {
    void this.#inTurn(() => this.#follow());
  }

  async stop(): Promise<void> {
    this.#cancelTick();
    await this.#last;
  }

  async #follow(): Promise<void> {
    const { troubles, publishAfterMs, mayRemind, clock, log } = this.#deps;
    const now = clock.now();
    try {
      await this.#keep(
        follow({
          incidents: this.#incidents,
          troubles: troubles(),
          now,
          publishAfterMs: publishAfterMs(),
          mayRemind: (incident) => mayRemind(incident, now),
        }),
      );
      this.#isFailing = false;
    } catch (error) {
      // It is looked at again soon, and would say the same for as long as the disk is full.
      if (!this.#isFailing) log.error('incidents.follow-failed', { error });
      this.#isFailing = true;
    }
  }

  async #keep(versions: readonly Version[]): Promise<void> {
    if (versions.length === 0) return;
    const { store, log, changed, decided } = this.#deps;
    const next = withVersions(this.#incidents, versions);
    const changes = [...Map.groupBy(versions, ({ incident }) => incident)].map(([id, versions]) =>
      changeOf(next.get(id), id, versions),
    );
    const messages = this.#deps.messages(versions, next);
    this.#inDoubt = messages;
    await store.keepIncidents(changes, messages, this.#deps.bulletins?.(versions, next));
    this.#inDoubt = undefined;
    this.#incidents = next;
    for (const { incident, version, author, entry } of versions)
      log.info(`incident.${entry.kind}`, { incident, version, author });
    if (messages.length > 0) decided(messages);
    changed();
  }

  async #recall(): Promise<void> {
    if (this.#inDoubt === undefined) return;
    this.#incidents = withVersions(new Map(), await this.#deps.store.incidents(incidentsMax));
    this.#deps.decided(this.#inDoubt);
    this.#inDoubt = undefined;
  }

  #inTurn<Answer>(work: () => Promise<Answer>): Promise<Answer> {
    const turn = this.#last.then(() => this.#recall()).then(work);
    this.#last = turn.catch(() => {});
    return turn;
  }
}

const withVersions = (
  incidents: ReadonlyMap<number, Incident>,
  versions: readonly Version[],
): ReadonlyMap<number, Incident> => {
  const next = new Map(incidents);
  for (const version of versions) next.set(version.incident, add(next.get(version.incident), version));
  return next;
};

const changeOf = (
  incident: Incident | undefined,
  id: number,
  versions: readonly Version[],
): IncidentChange => {
  const opened = incident?.versions[0]?.entry;
  return {
    id,
    ...(opened?.kind === 'opened' && opened.root !== undefined && { root: opened.root }),
    isOpen: incident !== undefined && isOpen(incident),
    versions,
  };
};
