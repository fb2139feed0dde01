// An observer in virtual time, with a disk that does as a test tells it; what it does is written down.
import { Observer } from '../../server/app/observer.ts';
import { StoreError } from '../../server/app/ports.ts';
import type { Store } from '../../server/app/ports.ts';
import { write } from '../../server/app/words.ts';
import { Alerts } from '../../server/core/alerts/alerts.ts';
import type { Effects } from '../../server/core/effects.ts';
import { nothingRemembered } from '../../server/core/remember.ts';
import type { SeriesKey } from '../../server/core/series.ts';
import { Watch } from '../../server/core/watch.ts';
import { PassingTime } from './passing-time.ts';
import { makeReport, oneCheck, seconds, seriesKey, start } from './watch.ts';

export const refusal = new StoreError('store.refused', 'The database refuses what breaks its rules.');

export class Observing {
  readonly time = new PassingTime(start);
  /** When it was asked to write, in milliseconds. */
  readonly attempts: number[] = [];
  readonly kept: Effects[] = [];
  readonly told: Effects[] = [];
  readonly rechecks: (readonly [SeriesKey, number])[] = [];
  readonly lines: { readonly event: string; readonly fields?: Readonly<Record<string, unknown>> }[] = [];
  readonly observer: Observer;
  readonly watch: Watch;
  readonly decided: Effects[] = [];
  /** Timers that were set. */
  timers = 0;
  shed = 0;
  disk: 'works' | 'hangs' | StoreError = 'works';
  /** What the store holds for a bug of ours. */
  refuses: (effects: Effects) => boolean = () => false;
  /** Ends the hanging. */
  goOn = () => {};

  constructor(config = oneCheck(), store?: Pick<Store, 'commit'>) {
    const { clock, timers } = this.time;
    const log = (event: string, fields?: Readonly<Record<string, unknown>>) =>
      void this.lines.push({ event, ...(fields && { fields }) });
    const commit = async (effects: Effects) => {
      this.attempts.push(this.time.nowMs);
      if (this.disk === 'hangs') await new Promise<void>((resolve) => (this.goOn = resolve));
      if (this.disk instanceof StoreError) throw this.disk;
      if (this.refuses(effects)) throw refusal;
      await store?.commit(effects);
      this.kept.push(effects);
    };
    const opened = Watch.open(config, nothingRemembered, clock.now());
    this.watch = opened.watch;
    this.observer = new Observer(
      {
        store: { commit },
        clock,
        timers: {
          after: (ms, call) => {
            this.timers++;
            return timers.after(ms, call);
          },
        },
        log: { info: log, warn: log, error: log },
        recheck: (series, afterMs) => this.rechecks.push([series, afterMs]),
        decided: (effects) => this.decided.push(effects),
        committed: (effects) => this.told.push(effects),
        shed: (results) => {
          this.shed += results;
        },
      },
      config,
      opened,
      new Alerts(config, { alerts: [], silences: [] }, write),
    );
  }

  /** One report a second for so long. */
  async live(lengthMs: number, grade: 'good' | 'bad' = 'good'): Promise<void> {
    const untilMs = this.time.nowMs + lengthMs;
    while (this.time.nowMs < untilMs) {
      this.observer.receive([makeReport(seriesKey('web'), this.time.clock.now() - 1, grade)]);
      await this.time.pass(seconds);
    }
  }

  get results(): number {
    return this.kept.reduce((sum, { results }) => sum + results.length, 0);
  }

  get state(): string | undefined {
    return this.watch.services.get('site')?.timeline.state;
  }

  /** The states of the check in what was written, in its order. */
  get history(): readonly string[] {
    const spans = this.kept.flatMap(({ spans }) => spans);
    return spans.filter(({ subject }) => subject.kind === 'check').map(({ state }) => state);
  }

  events(event: string) {
    return this.lines.filter((line) => line.event === event);
  }
}
