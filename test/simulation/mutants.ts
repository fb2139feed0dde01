// Bugs that somebody could make, each of which the simulation must notice: what is to be replaced by what, and by whom it is
// noticed.
import { alertMutants } from './alert-mutants.ts';
import { doorMutants } from './door-mutants.ts';
import { sightMutants } from './sight-mutants.ts';
import { slownessMutants } from './slowness-mutants.ts';

export interface Mutant {
  readonly bug: string;
  readonly file: string;
  readonly from: string;
  readonly to: string;
  /** Where it is looked for: in wild worlds of a day, unless it takes days to learn what is usual. */
  readonly world?: 'learning';
  /** It shows in few worlds: too few for a short look. */
  readonly isRare?: true;
  /** What must notice. */
  readonly caught: RegExp;
}

export const mutants: readonly Mutant[] = [
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
    from: 'isSeen &&\n    clearAt !== undefined &&\n    sample.at >= clearAt',
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
  ...sightMutants,
  {
    bug: 'the time in which we did not run is called what it was before',
    file: 'server/core/watch.ts',
    from: 'watched.missAll(draft, now);',
    to: '',
    caught: /^I11 own gap/,
  },
  {
    bug: 'what is dropped while we do not run is what it was until the next start',
    isRare: true,
    file: 'server/core/remember.ts',
    from: 'Math.min(Math.max(until, gone.since), now)',
    to: 'now',
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
    caught: /^I2 no ghost|^I3 one open|^I10 restart|^I11 own gap/,
  },
  {
    bug: 'a clock that is set back freezes everything until it has caught up',
    file: 'server/core/watch.ts',
    from: 'if (now < this.#now) {',
    to: 'if (now < 0) {',
    caught: /^I1 detect|^I13 clock|^I14 blind vantage|^I18 agent/,
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
    caught: /^one at a time/,
  },
  {
    bug: 'what could not be written is lost',
    file: 'server/app/observer.ts',
    from: 'for (const part of parts) unwritten.add(part);\n    unwritten.add(this',
    to: 'unwritten.add(this',
    caught: /^I3 one open|^I10 restart|^I11 own gap|^I5 deliver|^I18 agent/,
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
  {
    bug: 'four slow outcomes of eight are enough',
    file: 'server/core/judge.ts',
    from: 'poor.length >= policy.slowMin',
    to: 'poor.length + 1 >= policy.slowMin',
    caught: /^I2 no ghost/,
  },
  {
    bug: 'an outage begins when it is confirmed',
    file: 'server/core/judge.ts',
    from: "enter({ ...standing, recent: [] }, 'down', contest.since, finding)",
    to: "enter({ ...standing, recent: [] }, 'down', sample.at, finding)",
    caught: /^I2 no ghost/,
  },
  {
    bug: 'an outage ends when its end is confirmed',
    file: 'server/core/judge.ts',
    from: ": enter(standing, 'up', contest.since);",
    to: ": enter(standing, 'up', sample.at);",
    caught: /^I2 no ghost/,
  },
  {
    bug: 'what is no evidence counts as a good outcome',
    file: 'server/core/judge.ts',
    from: 'if (!isEvidence || sample.at',
    to: 'if (sample.at',
    caught: /^I2 no ghost|^I11 own gap|^I14 blind vantage/,
  },
  {
    bug: 'what was not seen for long stays what it was',
    file: 'server/core/watch.ts',
    from: 'const staleMs: AfterMs = ({ policy }) => policy.staleMs;',
    to: 'const staleMs: AfterMs = () => Number.POSITIVE_INFINITY;',
    caught: /^I11 own gap/,
  },
  {
    bug: 'who is blind goes on saying what it saw last',
    file: 'server/core/watch.ts',
    from: "if (kind === 'sighted') return;",
    to: "if (kind !== 'sighted') return;",
    caught: /^I14 blind vantage|^I1 detect/,
  },
  {
    bug: 'a restart forgets that we are blind',
    file: 'server/core/watch.ts',
    from: 'new Sights(remembered.blind, now)',
    to: 'new Sights([], now)',
    caught: /^I14 blind vantage|^I10 restart|^I6 dedup/,
  },
  {
    bug: 'what is taken out of the configuration is called recovered',
    file: 'server/core/timeline.ts',
    from: "closed(outage, at, 'withdrawn')",
    to: "closed(outage, at, 'recovered')",
    caught: /^I21 config/,
  },
  {
    bug: 'a check that only supports its service takes it down',
    file: 'server/core/watched.ts',
    from: '({ ...timeline, supporting })',
    to: "({ ...timeline, supporting: supporting && timeline.state !== 'down' })",
    caught: /^I2 no ghost/,
  },
  {
    bug: 'one family that is down takes the other with it',
    isRare: true,
    file: 'server/core/combine.ts',
    from: "if (seen.every((state) => state === 'down')) return 'down';",
    to: "if (seen.some((state) => state === 'down')) return 'down';",
    caught: /^I1 detect|^I4 monotone/,
  },
  {
    bug: 'a clock that is set back leaves changes in the future',
    file: 'server/core/timeline.ts',
    from: 'if (Math.max(since, outage?.confirmedAt ?? 0) <= now) return { timeline };',
    to: 'if (now > 0) return { timeline };',
    caught: /^I13 clock|^I1 detect|^I8 sum/,
  },
  {
    bug: 'outages of a time that is told twice stay as they were',
    file: 'server/store/sqlite.ts',
    from: 'tables.outages.cutOff(span);',
    to: '',
    caught: /^fsck/,
  },
  {
    bug: 'a series that was probed once is busy for ever',
    file: 'server/app/scheduler.ts',
    from: 'for (const { progress } of round) progress.busy = false;',
    to: '',
    caught: /^I13 clock|^I1 detect/,
  },
  {
    bug: 'every second run is left out',
    file: 'server/core/due.ts',
    from: 'top.atMs += (missed + 1) * intervalMs;',
    to: 'top.atMs += (missed + 2) * intervalMs;',
    caught: /^I13 clock|^I1 detect/,
  },
  {
    bug: 'what is in doubt is not probed sooner',
    file: 'server/app/observer.ts',
    from: 'for (const { series, afterMs } of contested) this.#deps.recheck(series, afterMs);',
    to: '',
    caught: /^I1 detect/,
  },
  {
    bug: 'of what waits in the outbox one is told',
    file: 'server/app/courier.ts',
    from: 'for (const { notable } of rows) write(log, notable);',
    to: 'for (const { notable } of rows.slice(0, 1)) write(log, notable);',
    caught: /^I5 deliver/,
  },
  {
    bug: 'a transaction is kept by halves',
    file: 'server/store/sqlite.ts',
    from: 'commit: writing((effects) => write(effects, tables)),',
    to: 'commit: (effects) => write(effects, tables),',
    caught: /^I10 restart|^I3 one open|^I5 deliver|^I11 own gap|^exception/,
  },
  {
    bug: 'the store does not note that an outage has ended',
    file: 'server/store/outages.ts',
    from: 'ended_at = excluded.ended_at, ',
    to: '',
    caught: /^I6 dedup|^I10 restart|^exception/,
  },
  {
    bug: 'a report that comes twice counts twice',
    file: 'server/core/judge.ts',
    from: 'sample.at <= (standing.lastAt ?? 0)',
    to: 'sample.at < (standing.lastAt ?? 0)',
    caught: /^I2 no ghost/,
  },
  {
    bug: 'what is no evidence is not kept',
    file: 'server/core/watch.ts',
    from: 'draft.result(resultOf(report, weighed));',
    to: "if (weighed.grade !== 'invalid') draft.result(resultOf(report, weighed));",
    caught: /^I18 agent/,
  },
  {
    bug: 'what comes late is left out of what was rolled up',
    file: 'server/store/roll-ups.ts',
    from: 'if (isUnderWay || at < until()) reopen.run(startOf(0, at));',
    to: '',
    caught: /^I9 roll-up/,
  },
  ...alertMutants,
  ...slownessMutants,
  ...doorMutants,
];
