// What is an outcome worth as evidence? That depends on whether we could see, were fit to measure, and on the path.
import type { CheckConfig, Config } from '../../config/config.ts';
import type { Related } from './consequences.ts';
import { Fitness } from './fitness.ts';
import { impairmentsOf } from './impairment.ts';
import type { Here, Impairment } from './impairment.ts';
import type { Standing } from './judge.ts';
import { Paths, isLosing, overLoss } from './lossy.ts';
import type { Weighed } from './lossy.ts';
import { grade } from './result.ts';
import type { Report } from './result.ts';
import type { SeriesKey } from './series.ts';
import type { ClearTime } from './sight.ts';
import type { Sights } from './sights.ts';
import type { Felt, Slowness } from './slowness/slowness.ts';

interface Series {
  readonly key: SeriesKey;
  readonly standing: Standing;
  readonly check: { readonly config: CheckConfig };
}

export class Scales {
  readonly fitness = new Fitness();
  readonly #sights: Sights;
  readonly #paths: Paths;
  readonly #slowness: Slowness;
  /** The place of this process, of whose prober we know how it is. */
  #here: Here = { vantage: '', families: new Set() };

  constructor(sights: Sights, slowness: Slowness) {
    this.#sights = sights;
    this.#paths = new Paths(sights);
    this.#slowness = slowness;
  }

  configure({ vantagePoints: [{ id }] }: Config, related: Related): void {
    const { checks } = related;
    const families = checks
      .values()
      .flatMap(({ config }) => (config.vantagePoints.includes(id) ? config.families : []));
    this.#here = { vantage: id, families: new Set(families) };
    this.#paths.configure(related);
  }

  get impairments(): readonly Impairment[] {
    return impairmentsOf(this.#sights, this.fitness, this.#here);
  }

  /** With the time in which failures of the series count. */
  weigh({ key, standing, check: { config } }: Series, report: Report): readonly [Felt | Weighed, ClearTime] {
    const { blind, clear } = this.#sights.of(key);
    const { startedAt } = report;
    // What was sent off while we were blind or unfit, or before we were so no more, is no evidence.
    if (blind || startedAt < clear.from || !this.#isFit(report)) return [{ grade: 'invalid' }, clear];
    const graded = grade(report, config.slowMs);
    const path = this.#paths.of(key);
    if (path === undefined) return [this.#slowness.hear(report, graded), clear];
    // What is measured over a path that loses packets is not weighed against what is usual, and not learned.
    const isOver = path.endedAt !== undefined && path.endedAt <= startedAt;
    return [isOver ? this.#slowness.hear(report, graded) : overLoss(graded, path, standing), clear];
  }

  isOverLoss({ key }: Pick<Series, 'key'>): boolean {
    return isLosing(this.#paths.of(key));
  }

  /** Whom to ask whether it is the path that is slow. */
  witnessesOf(series: SeriesKey): readonly SeriesKey[] {
    return this.#paths.witnessesOf(series);
  }

  /** Who cannot judge others cannot say either whether it sees them. */
  wasFit({ series: { vantage }, startedAt }: Report): boolean {
    return vantage !== this.#here.vantage || this.fitness.wasFit(startedAt);
  }

  #isFit({ series: { vantage, family }, startedAt }: Report): boolean {
    return vantage !== this.#here.vantage || this.fitness.isEvidence(family, startedAt);
  }
}
