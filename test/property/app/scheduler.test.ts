// Whatever is assigned, whoever hangs and however the process is held up, what the scheduler promises holds.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { CheckConfig } from '../../../config/config.ts';
import { seriesOf } from '../../../server/core/series.ts';
import { Probing } from '../../support/probing.ts';
import type { Behaviour } from '../../support/probing.ts';
import { makeCheck, seriesKey } from '../../support/watch.ts';
import { runs } from '../../support/fuzz.ts';

class Life extends Probing {
  readonly assigned: { readonly atMs: number; readonly checks: readonly CheckConfig[] }[] = [];
  readonly resumedMs: number[] = [];

  constructor() {
    super(({ type }) => (type === 'ping' ? 'round' : undefined));
  }

  assign(checks: readonly CheckConfig[]): void {
    this.assigned.push({ atMs: this.nowMs, checks });
    this.scheduler.assign(checks);
  }

  override standStill(ms: number): void {
    super.standStill(ms);
    this.resumedMs.push(this.nowMs);
  }

  /** Whether `check`, as it is, was in the plan at that time. */
  isListed(check: CheckConfig, atMs: number): boolean {
    return this.assigned.some(
      (plan, index) =>
        plan.atMs <= atMs &&
        (this.assigned[index + 1]?.atMs ?? Infinity) >= atMs &&
        plan.checks.includes(check),
    );
  }

  async end(): Promise<void> {
    const drained = this.scheduler.drain();
    await this.pass(60_000);
    await drained;
  }
}

type Step = (life: Life) => Promise<void> | void;

const anyId = fc.constantFrom('a', 'b', 'c', 'd', 'e');
const ms = (max: number) => fc.integer({ min: 0, max });

const check: fc.Arbitrary<CheckConfig> = fc
  .record({
    id: anyId,
    everyMs: fc.constantFrom(1_000, 2_500, 7_777, 20_000),
    timeoutMs: fc.integer({ min: 10, max: 30_000 }),
    families: fc.constantFrom([4] as const, [6] as const, [4, 6] as const),
    type: fc.constantFrom('tcp', 'ping'),
  })
  .map(({ everyMs, ...part }) => makeCheck(part.id, { ...part, schedule: { kind: 'every', everyMs } }));
const rareCheck = anyId.map((id) =>
  makeCheck(id, { schedule: { kind: 'cron', cron: id, timezone: 'UTC', longestGapMs: 86_400_000 } }),
);
const planOf = (check: fc.Arbitrary<CheckConfig>) =>
  fc.uniqueArray(check, { minLength: 1, selector: ({ id }) => id });
const behaviour: fc.Arbitrary<Behaviour> = fc.oneof(
  ms(40_000),
  fc.constant<Behaviour>('never'),
  fc.constant(new Error('a bug')),
);

const passing = ms(30_000).map(
  (length): Step =>
    (life) =>
      life.pass(length),
);
const pause = ms(60_000).map(
  (length): Step =>
    (life) =>
      life.standStill(length),
);
const behaving = fc.tuple(anyId, behaviour).map(
  ([id, how]): Step =>
    ({ behaviours }) =>
      void behaviours.set(id, how),
);
const assigning = planOf(fc.oneof(check, rareCheck)).map(
  (checks): Step =>
    (life) =>
      life.assign(checks),
);
const rechecking = fc.tuple(anyId, fc.constantFrom(4 as const, 6 as const), ms(10_000)).map(
  ([id, family, afterMs]): Step =>
    ({ scheduler }) =>
      scheduler.recheck(seriesKey(id, family), afterMs),
);
const cron = anyId.map(
  (id): Step =>
    ({ crons }) =>
      crons.get(id)?.goesOff(),
);

test('a series is never probed twice at once, nor when or as no plan lists it, and all ends', async () => {
  const step = fc.oneof(passing, passing, pause, behaving, assigning, rechecking, cron);
  const steps = fc.array(step, { minLength: 5, maxLength: 40 });
  await fc.assert(
    fc.asyncProperty(planOf(check), steps, async (plan, steps) => {
      const life = new Life();
      life.assign(plan);
      for (const step of steps) await step(life);
      await life.end();
      const endedMs = new Map<string, number>();
      for (const run of life.runs) {
        for (const id of run.series) {
          expect(run.startedMs).toBeGreaterThanOrEqual(endedMs.get(id) ?? 0);
          endedMs.set(id, run.endedMs ?? Infinity);
        }
        for (const { check } of run.jobs) expect(life.isListed(check, run.startedMs)).toBe(true);
        expect(new Set(run.jobs.map(({ series, check }) => `${series.family} ${check.type}`)).size).toBe(1);
      }
      expect(life.underWay).toEqual([]);
      expect(await life.time.isOver()).toBe(true);
    }),
    { numRuns: runs(200) },
  );
});

test('what was due is either made on time, made when the process went on, or missed', async () => {
  const again = fc.constant<Step>((life) => life.assign(life.assigned.at(-1)?.checks ?? []));
  const steps = fc.array(fc.oneof(passing, passing, pause, behaving, again), { maxLength: 30 });
  await fc.assert(
    fc.asyncProperty(planOf(check), steps, async (plan, steps) => {
      const life = new Life();
      life.assign(plan);
      await life.pass(20_000);
      const firstMs = new Map(
        life.runs
          .toReversed()
          .flatMap(({ series, startedMs }) => series.map((id) => [id, startedMs] as const)),
      );
      for (const step of steps) await step(life);
      await life.pass(0);
      const { missed, latenessSeconds } = life.scheduler.takeCounts();
      let [due, made] = [0, 0];
      for (const check of plan)
        for (const key of seriesOf(check)) {
          const id = `${key.check}/${key.vantage}/${key.family}`;
          const everyMs = check.schedule.kind === 'every' ? check.schedule.everyMs : Number.NaN;
          const first = firstMs.get(id) ?? Number.NaN;
          const starts = life.runs
            .filter(({ series }) => series.includes(id))
            .map(({ startedMs }) => startedMs);
          for (const startedMs of starts) {
            const lateMs = (startedMs - first) % everyMs;
            expect(lateMs < 1e-6 || everyMs - lateMs < 1e-6 || life.resumedMs.includes(startedMs)).toBe(true);
          }
          due += Math.floor((life.nowMs - first) / everyMs + 1e-9) + 1;
          made += starts.length;
        }
      expect(made + missed).toBe(due);
      expect(Math.min(0, ...latenessSeconds)).toBe(0);
      await life.end();
    }),
    { numRuns: runs(200) },
  );
});
