// A checker that never fails is decoration: each of these bugs is planted into a copy of the program, and must be caught.
import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, expect, test } from 'vitest';

interface Mutant {
  readonly bug: string;
  readonly file: string;
  readonly from: string;
  readonly to: string;
  /** What must notice. */
  readonly caught: RegExp;
}

const mutants: readonly Mutant[] = [
  {
    bug: 'one failure too few confirms an outage',
    file: 'server/core/judge.ts',
    from: 'contest.count >= policy.failuresMin',
    to: 'contest.count + 1 >= policy.failuresMin',
    caught: /^I2 no ghost/,
  },
  {
    bug: 'failures confirm an outage however close together they are',
    file: 'server/core/judge.ts',
    from: 'sample.at - contest.since >= policy.failuresSpanMs &&',
    to: '',
    caught: /^I2 no ghost/,
  },
  {
    bug: 'the first good outcome ends an outage',
    file: 'server/core/judge.ts',
    from: 'contest.count >= policy.recoveriesMin && sample.at - contest.since >= policy.recoveriesSpanMs',
    to: 'contest.count > 0',
    caught: /^I2 no ghost/,
  },
  {
    bug: 'no witness is asked before an outage is confirmed',
    file: 'server/core/judge.ts',
    from: 'contest.since <= clear.until',
    to: 'true',
    caught: /^I14 blind vantage/,
  },
  {
    bug: 'we never notice that we are blind',
    file: 'server/core/sight.ts',
    from: 'const turnsBlind = !sight.blind && ',
    to: 'const turnsBlind = sight.blind && ',
    caught: /^I14 blind vantage/,
  },
  {
    bug: 'blindness is told as often as a witness fails',
    file: 'server/core/sights.ts',
    from: 'entry.sight.blind !== before.blind && {',
    to: '(entry.sight.blind || before.blind) && {',
    caught: /^I6 dedup|^I14 blind vantage/,
  },
  {
    bug: 'the time in which we did not run is called what it was before',
    file: 'server/core/watch.ts',
    from: 'watched.expireAll(missedMs, draft, now);',
    to: '',
    caught: /^I11 own gap/,
  },
  {
    bug: 'a restart forgets the outages that are open',
    file: 'server/core/remember.ts',
    from: '...(outage && { outage }),',
    to: '',
    caught: /^exception|^I3 one open/,
  },
  {
    bug: 'an outage does not end',
    file: 'server/core/timeline.ts',
    from: 'outage === undefined ? [] : [closed(outage, next.since, over)]',
    to: '[]',
    caught: /^I3 one open|^exception/,
  },
  {
    bug: 'what is withdrawn keeps its outage for ever',
    file: 'server/core/watched.ts',
    from: 'withdrawAll(past, draft, now);',
    to: '',
    caught: /^I2 no ghost|^I3 one open|^I10 restart/,
  },
  {
    bug: 'a clock that is set back freezes everything until it has caught up',
    file: 'server/core/watch.ts',
    from: 'if (now < this.#now) {',
    to: 'if (now < 0) {',
    caught: /^I1 detect|^I13 clock|^I14 blind vantage/,
  },
  {
    bug: 'the end of an outage of two families takes it out of history',
    file: 'server/core/combine.ts',
    from: 'since: Math.max(earliest(poor), earliest(well))',
    to: 'since: earliest(poor)',
    caught: /^I4 monotone/,
  },
  {
    bug: 'the ledger counts beyond the end of its window',
    file: 'server/core/uptime.ts',
    from: 'Math.min(Math.max(span.since, at), to)',
    to: 'Math.max(span.since, at)',
    caught: /^I8 sum/,
  },
  {
    bug: 'a series is probed while it is being probed',
    file: 'server/app/scheduler.ts',
    from: 'for (const { progress } of round) progress.busy = true;',
    to: '',
    caught: /^I14 scheduler/,
  },
  {
    bug: 'what could not be written is lost',
    file: 'server/app/observer.ts',
    from: 'for (const part of parts) unwritten.add(part);\n    unwritten.add(this',
    to: 'unwritten.add(this',
    caught: /^I3 one open|^I10 restart|^I11 own gap/,
  },
  {
    bug: 'every report plans a transaction of its own',
    file: 'server/app/observer.ts',
    from: 'if (this.#isPlanned || ',
    to: 'if (',
    caught: /^I17 bounded/,
  },
  {
    bug: 'the store keeps the first word on a span, not the last',
    file: 'server/store/spans.ts',
    from: 'replaced.run(kind, id, since);',
    to: 'if (replaced.run(kind, id, since + 1) && newest.all().some((span) => span.since_at === since && span.subject === id && span.kind === kind)) return;',
    caught: /^I10 restart/,
  },
];

const seedsMax = 12;
const folder = mkdtempSync(join(tmpdir(), 'vigie-mutants-'));
const root = new URL('../../', import.meta.url).pathname;
const run = promisify(execFile);

afterAll(() => rmSync(folder, { recursive: true, force: true }), 60_000);

/** A copy of the program with the bug in it. */
const plant = ({ file, from, to }: Mutant, into: string): void => {
  for (const part of ['server', 'checks', 'config', 'test/support', 'test/simulation', 'package.json'])
    cpSync(join(root, part), join(into, part), { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(into, 'node_modules'));
  const source = readFileSync(join(into, file), 'utf8');
  expect(source.split(from), `${file} holds "${from}" once`).toHaveLength(2);
  writeFileSync(join(into, file), source.replace(from, to));
};

const firstFailure = `
  const { simulate } = await import('./test/simulation/simulate.ts');
  const { wildProfileOf } = await import('./test/simulation/profile.ts');
  for (let seed = 1; seed <= ${seedsMax}; seed++) {
    const { failure } = await simulate(wildProfileOf(seed, 1));
    if (failure === undefined) continue;
    console.log(failure.message.replace(/^.*?Z: /, ''));
    break;
  }
`;

test.concurrent.for(mutants.map((mutant, index) => [mutant.bug, mutant, index] as const))(
  'it is noticed that %s',
  { timeout: 120_000 },
  async ([, mutant, index], { expect }) => {
    const copy = join(folder, String(index));
    plant(mutant, copy);
    const { stdout } = await run(process.execPath, ['--input-type=module', '--eval', firstFailure], {
      cwd: copy,
    });
    expect(stdout).toMatch(mutant.caught);
  },
);
