// Sixty checks behind two uplinks, each probed at its own time: when both uplinks die, one message says so, and one says that it is over.
import { describe, expect, test } from 'vitest';
import type { Grade } from '../../../../server/core/result.ts';
import { relativesOf } from '../../../../server/core/relatives.ts';
import { seriesId } from '../../../../server/core/series.ts';
import type { SeriesKey } from '../../../../server/core/series.ts';
import { Alerting } from '../../../support/alerting.ts';
import {
  makeCheck,
  makeConfig,
  makeReport,
  makeService,
  minutes,
  seconds,
  seriesKey,
  start,
} from '../../../support/watch.ts';

const uplinks = ['uplink-a', 'uplink-b'];
const behind = Array.from({ length: 60 }, (_, index) => `check-${index}`);
const dependsOn = [{ kind: 'service', id: 'network' } as const];
const config = makeConfig([
  makeService(
    'network',
    uplinks.map((id) => makeCheck(id)),
  ),
  ...Array.from({ length: 12 }, (_, service) => ({
    ...makeService(
      `service-${service}`,
      behind.slice(service * 5, service * 5 + 5).map((id) => makeCheck(id)),
    ),
    dependsOn,
  })),
]);

/** Probes each check every twenty seconds from a second of its own, and again when it is asked. */
class Probing {
  readonly post = new Alerting(config);
  readonly #dueAt = new Map<string, { readonly key: SeriesKey; at: number }>();
  #now = 0;

  constructor(phase: (check: string, index: number) => number) {
    [...uplinks, ...behind].forEach((check, index) => {
      const key = seriesKey(check);
      this.#dueAt.set(seriesId(key), { key, at: phase(check, index) });
    });
  }

  live(lengthMs: number, gradeOf: (check: string) => Grade): void {
    const until = this.#now + lengthMs;
    for (; this.#now < until; this.#now += seconds) {
      const due = [...this.#dueAt.values()].filter(({ at }) => at <= this.#now);
      for (const one of due) one.at = this.#now + 20 * seconds;
      const reports = due.map(({ key }) => makeReport(key, start + this.#now, gradeOf(key.check)));
      const { contested, asked, effects, inDoubt } = this.post.lookout.observe(reports, start + this.#now);
      for (const { series, afterMs } of contested) this.#ask(series, afterMs);
      const failed = inDoubt ? contested.map(({ series }) => series.check) : [];
      for (const series of [...asked, ...relativesOf(failed, this.post.lookout.watch)]) this.#ask(series, 0);
      if (effects.notables.length > 0 || this.#now % (5 * seconds) === 0) this.post.look(this.#now);
      for (const check of this.post.asked.splice(0)) this.#ask(seriesKey(check), 0);
    }
  }

  #ask(series: SeriesKey, afterMs: number): void {
    const due = this.#dueAt.get(seriesId(series));
    if (due !== undefined) due.at = Math.min(due.at, this.#now + Math.max(afterMs, seconds));
  }
}

describe('both uplinks', () => {
  test.for([
    [
      'probed before what is behind them',
      (check: string, index: number) => (check.startsWith('up') ? 0 : index % 20),
    ],
    ['probed after it', (check: string, index: number) => (check.startsWith('up') ? 19 : index % 19)],
    ['probed far from each other', (_: string, index: number) => (index * 7) % 20],
  ] as const)('%s: one message when they die, and one when they are back', ([, phase]) => {
    for (const dieAt of [0, 4, 9, 13, 19]) {
      const probing = new Probing((check, index) => phase(check, index) * seconds);
      probing.live(minutes + dieAt * seconds, () => 'good');
      probing.live(10 * minutes, () => 'bad');
      probing.live(10 * minutes, () => 'good');
      const { messages } = probing.post;
      expect(messages.map(({ kind, title }) => `${kind} ${title.en}`)).toEqual([
        'alert network: down',
        expect.stringMatching(/^recovery network: works again after/),
      ]);
    }
  });
});
