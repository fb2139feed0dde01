import { describe, expect, test } from 'vitest';
import type { Outcome } from '../../../checks/lib/outcome.ts';
import type { Config } from '../../../config/config.ts';
import { publish } from '../../../server/app/publish.ts';
import type { PublishedService } from '../../../server/app/publish.ts';
import { Lookout } from '../../support/lookout.ts';
import {
  makeCheck,
  makeConfig,
  makeService,
  outcomeOf,
  seconds,
  seriesKey,
  start,
} from '../../support/watch.ts';

/** `path` goes through the uplink because its service does, `host` because of a check that does; `lan` does not. */
const config: Config = makeConfig(
  [
    makeService('network', [{ ...makeCheck('uplink'), type: 'uplink', derived: true }]),
    {
      ...makeService('web', [makeCheck('path', { families: [4, 6] })]),
      dependsOn: [{ kind: 'service', id: 'network' }],
    },
    makeService('machines', [{ ...makeCheck('host'), dependsOn: [{ kind: 'check', id: 'path' }] }]),
    makeService('local', [makeCheck('lan')]),
  ],
  ['near', 'far', 'beyond'].map((id) => makeCheck(id)),
);

const echoes = (lost: number): Outcome => ({
  kind: 'ok',
  phasesUs: {},
  totalUs: 20_000,
  facts: { sent: 10, received: 10 - lost },
});
const timeout: Outcome = {
  kind: 'fail',
  cause: 'timeout_reply',
  evidence: 'no end after 10000 ms',
  phasesUs: {},
  totalUs: 1e7,
  facts: {},
};

class Watching {
  lookout = new Lookout(config);
  #at = 0;

  /** A round of the witnesses, of each of whom so many of ten packets are lost. */
  round(lost: number): this {
    this.#at += seconds;
    for (const id of ['near', 'far', 'beyond']) this.#see(id, echoes(lost));
    return this;
  }

  /** Until the loss is so long ago that nothing is left of it. */
  clear(): this {
    for (let rounds = 0; rounds < 12; rounds++) this.round(0);
    return this;
  }

  /** The last of these once a witness was seen after the first, which confirms them. */
  confirm(check: string, outcome: Outcome, times: number): this {
    return this.see(check, outcome, { times: times - 1 })
      .round(1)
      .see(check, outcome);
  }

  see(
    check: string,
    outcome: Outcome,
    { times = 1, family = 4 }: { readonly times?: number; readonly family?: 4 | 6 } = {},
  ): this {
    for (let probe = 0; probe < times; probe++) {
      this.#at += 5 * seconds;
      this.#see(check, outcome, family);
    }
    return this;
  }

  /** A probe of it that began before what was seen last. */
  seeLate(check: string, outcome: Outcome, agoMs: number): this {
    const report = { series: seriesKey(check), startedAt: start + this.#at - agoMs, outcome, tainted: false };
    this.lookout.observe([report], start + this.#at);
    return this;
  }

  restart(): this {
    this.lookout = this.lookout.restart(config, this.#at);
    return this;
  }

  /** What it is, and was before. */
  states(check: string): readonly string[] {
    return this.lookout.archive.spans(`check:${check}`).map(({ state }) => state);
  }

  get now(): number {
    return start + this.#at;
  }

  /** What the page says of a service. */
  published(id: string): PublishedService | undefined {
    const history = { outages: [], spans: new Map() };
    return publish(config, this.lookout.watch, history, [], this.now).services.find((one) => one.id === id);
  }

  isOverLoss(id: string): boolean {
    return this.lookout.watch.isOverLoss({ kind: 'check', id });
  }

  #see(check: string, outcome: Outcome, family: 4 | 6 = 4): readonly string[] {
    const report = { series: seriesKey(check, family), startedAt: this.now, outcome, tainted: false };
    const { asked } = this.lookout.observe([report], this.now);
    this.asked = asked.map((key) => key.check);
    return this.asked;
  }

  asked: readonly string[] = [];
}

const lossy = () =>
  new Watching().round(0).see('path', outcomeOf('good')).see('lan', outcomeOf('good')).round(2).round(2);

describe('over an uplink that loses a tenth or a fifth', () => {
  test.for(['path', 'host'])('who is slow is not called so: %s', (check) => {
    const watching = lossy().see(check, outcomeOf('good')).see(check, outcomeOf('poor'), { times: 20 });
    expect(watching.states(check)).toEqual(['unknown', 'up']);
    expect(watching.isOverLoss(check)).toBe(true);
    expect(['web', 'local'].map((id) => watching.published(id)?.overLoss)).toEqual([true, undefined]);
  });

  test('who does not go through it is', () => {
    const watching = lossy().see('lan', outcomeOf('poor'), { times: 5 });
    expect(watching.states('lan')).toEqual(['unknown', 'up', 'degraded']);
    expect(watching.isOverLoss('lan')).toBe(false);
  });

  test('so is who is slow over the other family', () => {
    const watching = lossy().see('path', outcomeOf('good'), { family: 6 });
    watching.see('path', outcomeOf('poor'), { family: 6, times: 5 });
    expect(watching.states('path')).toEqual(['unknown', 'up', 'degraded']);
  });

  test('so is who warns of something else than time', () => {
    const warning = { ...outcomeOf('good'), kind: 'warn', cause: 'tls_expiring', evidence: 'soon' } as const;
    expect(lossy().see('path', warning, { times: 5 }).states('path').at(-1)).toBe('degraded');
  });

  test('what was slow is kept with what the path was like, as no evidence', () => {
    const watching = lossy();
    const { effects } = watching.lookout.observe(
      [{ series: seriesKey('path'), startedAt: watching.now, outcome: outcomeOf('poor'), tainted: false }],
      watching.now,
    );
    expect(effects.results).toMatchObject([
      {
        grade: 'invalid',
        cause: 'slow',
        evidence: 'total took 900 ms, slow above 500 ms; the uplink loses 13.3% of what is sent',
      },
    ]);
  });

  test('who answers slowly is there: it does not become unknown, and ends an outage', () => {
    const watching = lossy().see('path', outcomeOf('poor'), { times: 30 });
    watching.lookout.tick(watching.now - start);
    expect(watching.states('path').at(-1)).toBe('up');
    watching.confirm('path', outcomeOf('bad'), 3).see('path', outcomeOf('poor'), { times: 5 });
    expect(watching.states('path')).toEqual(['unknown', 'up', 'down', 'up']);
  });

  test('that it was there is known after a restart', () => {
    const watching = lossy().see('path', outcomeOf('poor'), { times: 30 });
    watching.lookout.restart(config, watching.now - start + 5 * seconds);
    expect(watching.states('path')).toEqual(['unknown', 'up']);
  });

  test('what was slow before that was seen counts no more', () => {
    const watching = new Watching().round(0).see('path', outcomeOf('good'));
    watching.see('path', outcomeOf('poor'), { times: 4 }).round(2).round(2).clear();
    expect(watching.see('path', outcomeOf('poor')).states('path').at(-1)).toBe('up');
    expect(watching.see('path', outcomeOf('poor'), { times: 4 }).states('path').at(-1)).toBe('degraded');
  });

  test('who is slow at first has the witnesses asked at once', () => {
    const watching = new Watching().round(0).see('path', outcomeOf('good'));
    watching.see('path', outcomeOf('poor'));
    expect(watching.asked).toEqual(['near', 'far', 'beyond']);
    watching.see('path', outcomeOf('poor'));
    expect(watching.asked).toEqual([]);
    watching.see('lan', outcomeOf('good')).see('lan', outcomeOf('poor'));
    expect(watching.asked).toEqual([]);
  });

  test('who was slow before stays so, and calms when nothing says otherwise', () => {
    const watching = new Watching().round(0).see('path', outcomeOf('good'));
    watching.see('path', outcomeOf('poor'), { times: 5 }).round(2).round(2);
    watching.see('path', outcomeOf('poor'), { times: 70 });
    expect(watching.states('path').at(-1)).toBe('degraded');
    watching.see('path', outcomeOf('good')).see('path', outcomeOf('poor'), { times: 70 });
    expect(watching.states('path').at(-1)).toBe('degraded');
    watching.see('path', outcomeOf('good'));
    expect(watching.states('path').at(-1)).toBe('up');
  });
});

describe('silence over an uplink that loses packets', () => {
  test('says nothing when it is a run of bad luck', () => {
    expect(lossy().confirm('path', timeout, 11).states('path')).toEqual(['unknown', 'up']);
  });

  test('says that nobody is there when it lasts four times as long, and since when', () => {
    const watching = lossy();
    const before = watching.now;
    watching.confirm('path', timeout, 12);
    expect(watching.states('path').at(-1)).toBe('down');
    expect(watching.lookout.archive.outagesOf('check:path')).toMatchObject([
      {
        startedAt: before + 5 * seconds,
        finding: {
          cause: 'timeout_reply',
          evidence: expect.stringMatching(
            /^no end after 10000 ms; the uplink loses \d+\.\d% of what is sent$/,
          ) as unknown,
        },
      },
    ]);
  });

  test('ends with any answer', () => {
    const watching = lossy().see('path', timeout, { times: 11 }).see('path', outcomeOf('poor'));
    expect(watching.confirm('path', timeout, 11).states('path')).toEqual(['unknown', 'up']);
  });

  test('is as good as ever of whoever does not go through it', () => {
    expect(lossy().confirm('lan', timeout, 3).states('lan').at(-1)).toBe('down');
  });

  test('counts no more for a refusal among it, nor for a restart', () => {
    const watching = lossy().see('path', timeout, { times: 7 });
    watching.round(1).see('path', outcomeOf('bad'));
    expect(watching.states('path')).toEqual(['unknown', 'up']);
    const restarted = lossy().see('path', timeout, { times: 7 }).restart().round(0).see('path', timeout);
    expect(restarted.states('path')).toEqual(['unknown', 'up']);
    expect(restarted.see('path', timeout).states('path').at(-1)).toBe('down');
  });

  test('does not begin anew whenever nothing seems to be lost for a moment', () => {
    const watching = lossy();
    const before = watching.now;
    const flicker = () =>
      watching.clear().see('path', timeout).round(2).round(2).see('path', timeout, { times: 2 });
    expect([flicker, flicker].map((more) => more().states('path').at(-1))).toEqual(['up', 'down']);
    expect(watching.lookout.archive.outagesOf('check:path')).toMatchObject([
      { startedAt: before + 17 * seconds },
    ]);
  });

  test('is told from a refusal, which no loss makes', () => {
    expect(lossy().confirm('path', outcomeOf('bad'), 3).states('path').at(-1)).toBe('down');
  });
});

describe('when nothing is lost any more', () => {
  test('silence counts as ever, and that of before no more than it did', () => {
    const watching = lossy().see('path', timeout, { times: 3 }).clear();
    expect(watching.isOverLoss('path')).toBe(false);
    expect(watching.published('web')).not.toHaveProperty('overLoss');
    expect(watching.see('path', timeout, { times: 2 }).round(0).states('path').at(-1)).toBe('up');
    expect(watching.see('path', timeout).states('path').at(-1)).toBe('down');
    watching.see('path', outcomeOf('good'), { times: 5 });
    expect(watching.see('path', outcomeOf('poor'), { times: 5 }).states('path').at(-1)).toBe('degraded');
  });

  test('what was sent off before is still the doing of the path', () => {
    const watching = lossy().clear();
    for (let probe = 0; probe < 8; probe++) watching.seeLate('path', outcomeOf('poor'), 900 - probe);
    expect(watching.states('path').at(-1)).toBe('degraded');
    const late = lossy().clear();
    for (let probe = 0; probe < 8; probe++) late.seeLate('path', outcomeOf('poor'), 5_000 - probe);
    expect(late.states('path').at(-1)).toBe('up');
  });

  test('a configuration that stays what it was does not change that', () => {
    const watching = lossy();
    watching.lookout.configure(config, watching.now - start);
    expect(watching.isOverLoss('path')).toBe(true);
  });
});
