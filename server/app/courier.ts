// Tells what is in the outbox. The log is the first receiver: a row counts as told when its line is written.
import { isolate } from './turns.ts';
import type { Turns } from './turns.ts';
import type { Notable } from '../core/effects.ts';
import { subjectId } from '../core/effects.ts';
import type { Clock, Log, OutboxRow, Store, Timers } from './ports.ts';

const rowsMax = 200;
/** What could not be told, or noted as told, is tried again so much later. */
const retryMs = 15_000;

export interface CourierDeps {
  readonly store: Pick<Store, 'untold' | 'told'>;
  readonly log: Log;
  readonly clock: Clock;
  readonly timers: Timers;
  /** So many rows wait, of the next `rowsMax`. */
  readonly waiting: (rows: number) => void;
}

export class Courier {
  readonly #deps: CourierDeps;
  readonly #turns: Turns;
  #cancelRetry = () => {};
  #stopped = false;

  constructor(deps: CourierDeps) {
    this.#deps = deps;
    this.#turns = isolate(() => this.#round(), deps.log);
  }

  /** Something waits to be told. */
  call(): void {
    this.#turns();
  }

  /** Tells what there is, and nothing after that. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#turns.now();
  }

  async #round(): Promise<void> {
    this.#cancelRetry();
    try {
      await tell(this.#deps);
    } catch (error) {
      if (!this.#stopped) this.#cancelRetry = this.#deps.timers.after(retryMs, () => this.call());
      throw error;
    }
  }
}

const tell = async ({ store, log, clock, waiting }: CourierDeps): Promise<void> => {
  let rows: readonly OutboxRow[];
  do {
    rows = await store.untold(rowsMax);
    waiting(rows.length);
    for (const { notable } of rows) write(log, notable);
    const ids = rows.map(({ id }) => id);
    if (ids.length > 0) await store.told(ids, clock.now());
  } while (rows.length > 0);
};

const write = (log: Log, notable: Notable): void => {
  if (!('outage' in notable)) {
    const { kind, since, vantage, family } = notable;
    return log.warn(kind === 'blind' ? 'vigie.cannot-see' : 'vigie.sees-again', {
      since: new Date(since).toISOString(),
      vantage,
      family,
    });
  }
  const { subject, state, startedAt, end, finding, consequenceOf } = notable.outage;
  log.warn(`${subject.kind}.${notable.kind}`, {
    subject: subjectId(subject),
    state,
    since: new Date(startedAt).toISOString(),
    ...(end ? { until: new Date(end.at).toISOString(), how: end.how } : {}),
    cause: finding.cause,
    ...(finding.phase && { phase: finding.phase }),
    evidence: finding.evidence,
    ...(consequenceOf && { consequenceOf: subjectId(consequenceOf) }),
  });
};
