// One check as Vigie would watch it: read from its configuration, probed for real, judged by the core. Between two probes
// as much virtual time passes as the scheduler would wait.
import { Deadline } from '../../checks/lib/contract.ts';
import type { Facts, Outcome } from '../../checks/lib/outcome.ts';
import { createResolver } from '../../checks/lib/resolver.ts';
import type { CheckConfig, Config } from '../../config/config.ts';
import { disk } from '../../config/files.ts';
import { renderProblems } from '../../config/problems.ts';
import { load } from '../../server/cli/configuration.ts';
import type { Finding } from '../../server/core/result.ts';
import { seriesId, seriesOf } from '../../server/core/series.ts';
import { loadTypes, resolveTimeoutMs, runProbes } from '../../server/prober/probe.ts';
import { Lookout } from './lookout.ts';
import { waitInTurns } from './turns.ts';
import { start } from './watch.ts';

export interface Judgement {
  /** `up`, or a state and its cause: `down refused`. */
  readonly verdict: string;
  readonly evidence: string;
  /** In virtual milliseconds from the first probe. */
  readonly atMs: number;
}

/** The outcome of a check that is heard and not probed, after so much more virtual time. */
export type Hear = (check: CheckConfig, passedMs: number) => Promise<Outcome>;

export class JudgedCheck {
  /** One a probe, oldest first. */
  readonly judgements: Judgement[] = [];
  readonly #check: CheckConfig;
  readonly #everyMs: number;
  readonly #hear: Hear | undefined;
  readonly #lookout: Lookout;
  readonly #resolver = createResolver({ servers: [], timeoutMs: resolveTimeoutMs });
  readonly #facts = new Map<string, Facts>();
  #probedAtMs = 0;
  #dueMs = 0;

  /** `written` is the check as it stands in YAML, without its id. */
  constructor(written: Readonly<Record<string, unknown>>, hear?: Hear) {
    const config = configured(written);
    const [check] = config.services.flatMap(({ checks }) => checks);
    if (check?.schedule.kind !== 'every') throw new Error('a check with an interval is needed');
    this.#check = check;
    this.#everyMs = check.schedule.everyMs;
    this.#hear = hear;
    this.#lookout = new Lookout(config);
  }

  get last(): Judgement {
    return this.judgements.at(-1) ?? { verdict: 'unknown', evidence: '', atMs: 0 };
  }

  /** What is wrong now, if anything is. */
  get finding(): Finding | undefined {
    return this.#lookout.watch.checks.get(this.#check.id)?.timeline.finding;
  }

  /** When the last probe began, in virtual milliseconds from the first. */
  get probedAtMs(): number {
    return this.#probedAtMs;
  }

  /** How long a degraded check must be well before it is up, and some probes more. */
  get recoveryProbes(): number {
    return Math.ceil(this.#check.policy.calmMs / this.#everyMs) + 12;
  }

  /** Down, where degraded is awaited, ends the wait too: it may not come to that. */
  async probeUntil(verdict: string, probesMax: number): Promise<void> {
    const isOver = (now: string) =>
      now === verdict || (now.startsWith('down') && verdict.startsWith('degraded'));
    for (let probes = 0; probes < probesMax && !isOver(this.last.verdict); probes += 1) await this.probe();
  }

  async probeTimes(probes: number): Promise<void> {
    for (let probe = 0; probe < probes; probe += 1) await this.probe();
  }

  async probe(): Promise<void> {
    const startedAt = start + this.#dueMs;
    const passedMs = this.#dueMs - this.#probedAtMs;
    const outcomes = this.#hear ? [await this.#hear(this.#check, passedMs)] : await this.#outcomes();
    const tookMs = Math.max(...outcomes.map(({ totalUs }) => Math.round(totalUs / 1_000)));
    const reports = seriesOf(this.#check).flatMap((series, index) => {
      const outcome = outcomes[index];
      return outcome === undefined ? [] : [{ series, startedAt, outcome, tainted: false }];
    });
    for (const { series, outcome } of reports)
      if (outcome.kind !== 'invalid') this.#facts.set(seriesId(series), outcome.facts);
    this.#lookout.tick(this.#dueMs);
    const { contested } = this.#lookout.observe(reports, startedAt + tookMs);
    this.#judged(this.#dueMs + tookMs);
    this.#probedAtMs = this.#dueMs;
    this.#dueMs = Math.min(
      this.#dueMs + this.#everyMs,
      ...contested.map(({ afterMs }) => this.#dueMs + tookMs + afterMs),
    );
  }

  async #outcomes(): Promise<readonly Outcome[]> {
    const { timeoutMs } = this.#check;
    const deadline = new AbortController();
    void waitInTurns(timeoutMs, { ref: false }).then(() => deadline.abort(new Deadline(timeoutMs)));
    await loadTypes([this.#check]);
    const jobs = seriesOf(this.#check).map((series) => ({
      check: this.#check,
      series,
      turn: this.judgements.length,
      before: this.#facts.get(seriesId(series)) ?? {},
      signal: deadline.signal,
    }));
    // What is compared with dates ages as we pretend.
    return runProbes(jobs, this.#resolver, () => Date.now() + this.#dueMs);
  }

  #judged(atMs: number): void {
    const timeline = this.#lookout.watch.checks.get(this.#check.id)?.timeline;
    const { state, finding } = timeline ?? { state: 'unknown' };
    const isWell = state === 'up' || state === 'unknown';
    this.judgements.push({
      verdict: isWell ? state : `${state} ${finding?.cause}`,
      evidence: finding?.evidence ?? '',
      atMs,
    });
  }
}

const configured = (check: Readonly<Record<string, unknown>>): Config => {
  const path = 'lab.yaml';
  const text = JSON.stringify({
    organisation: { name: 'Lab', timezone: 'Europe/Paris', languages: ['fr', 'en'] },
    services: [{ id: 'lab', name: 'Lab', checks: [check] }],
  });
  const readText = (asked: string, bytesMax: number) =>
    asked === path ? text : disk.readText(asked, bytesMax);
  const { config, problems } = load(path, { ...disk, readText });
  if (config === undefined) throw new Error(renderProblems(problems).join('\n'));
  return config;
};
