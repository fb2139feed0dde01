// What Vigie says of itself when it cannot judge, or not all.
import { describe, expect, test } from 'vitest';
import { publish } from '../../../../server/app/publish.ts';
import type { Condition } from '../../../../server/core/fitness.ts';
import { Alerting, makeRoute } from '../../../support/alerting.ts';
import type { Seen } from '../../../support/lookout.ts';
import { makeCheck, makeConfig, makeService, seconds, start } from '../../../support/watch.ts';

const config = makeConfig(
  [makeService('site', [makeCheck('web', { families: [4, 6] })])],
  [makeCheck('near'), makeCheck('far'), makeCheck('near6', { families: [6] })],
);

const fit: Condition = { elapsedMs: 5_000, stalledMs: 0, clockStepMs: 0, families: [4, 6] };
const starved: Condition = { ...fit, filesLeft: 3 };

class Post extends Alerting {
  condition = fit;

  /** Rounds of all that is probed, every five seconds: what is good of the two families. */
  rounds(count: number, four: Seen[2] = 'good', six: Seen[2] = four): this {
    for (let round = 0; round < count; round++) {
      const at = this.now + 5 * seconds;
      this.lookout.watch.feel(this.condition, start + at);
      this.see(
        ['near', at, four],
        ['far', at, four],
        ['near6', at, six, 6],
        ['web', at, four],
        ['web', at, six, 6],
      );
      this.lookout.tick(at);
      this.look(at);
    }
    return this;
  }

  /** When, in seconds, and what in French. */
  get said(): readonly string[] {
    return this.messages.map(
      ({ at, severity, title }) =>
        `${(at - start) / seconds} ${severity} ${title.fr.replaceAll('\u00a0', ' ')}`,
    );
  }

  get page() {
    const history = { outages: [], spans: new Map() };
    const { services, ...status } = publish(config, this.lookout.watch, history, [], start + this.now);
    const { unfitSince, blindSince, unmeasured } = status;
    return { state: services[0]?.state, unfitSince, blindSince, unmeasured };
  }
}

const post = (id = 'admins', part: Parameters<typeof makeRoute>[1] = {}): Post =>
  new Post(config, [makeRoute(id, part)]).rounds(12);

describe('that one family cannot be measured', () => {
  test('is one word to administrators, and one when it can again', () => {
    const made = post().rounds(60, 'good', 'bad').rounds(12);
    expect(made.said).toEqual(['90 degraded IPv6 : mesure impossible', '365 info IPv6 : mesure rétablie']);
    expect(made.messages.map(({ kind }) => kind)).toEqual(['word', 'word']);
    expect(made.messages[0]?.text.en).toContain('(vantage point: local; no witness answers)');
    expect(made.messages[1]?.text.en).toContain('from 01:01 on');
  });

  test('is told neither to members, nor where only outages are', () => {
    expect(post('members', { audience: 'public' }).rounds(60, 'good', 'bad').said).toEqual([]);
    expect(post('nights', { severity: 'down' }).rounds(60, 'good', 'bad').said).toEqual([]);
  });

  test('is no news when it passes at once', () => {
    expect(post().rounds(5, 'good', 'bad').rounds(12).said).toEqual([]);
  });

  test('is part of the news when nothing can be seen, and told when that is over and it is not', () => {
    const made = post().rounds(12, 'bad').rounds(24, 'good', 'bad').rounds(2);
    expect(made.said).toEqual([
      '70 down Vigie ne voit plus rien',
      '125 info Vigie voit de nouveau',
      '125 degraded IPv6 : mesure impossible',
      '245 info IPv6 : mesure rétablie',
    ]);
  });

  test('outlives a restart without being told again', () => {
    const made = post().rounds(20, 'good', 'bad');
    made.restart();
    expect(made.rounds(20, 'good', 'bad').rounds(2).said).toEqual([
      '90 degraded IPv6 : mesure impossible',
      '265 info IPv6 : mesure rétablie',
    ]);
  });

  test('is on the page as long as it hides something there', () => {
    const made = post().rounds(20, 'good', 'bad');
    expect(made.page).toEqual({
      state: 'up',
      unfitSince: undefined,
      blindSince: undefined,
      unmeasured: [{ family: 'IPv6', since: start + 60 * seconds }],
    });
    expect(made.rounds(4).page.unmeasured).toBeUndefined();
    expect(post().rounds(20, 'bad').page).toMatchObject({ state: 'unknown', unmeasured: undefined });
    const onlyFour = { ...config, services: [makeService('site', [makeCheck('web')])] };
    const other = new Post(onlyFour, [makeRoute('admins')]).rounds(12).rounds(20, 'good', 'bad');
    expect(other.said).toHaveLength(1);
    expect(other.page.unmeasured).toBeUndefined();
  });
});

describe('that the prober is unfit', () => {
  const unfit = (rounds: number, grade: Seen[2] = 'bad'): Post => {
    const made = post();
    made.condition = starved;
    return made.rounds(rounds, grade);
  };

  test('makes nothing of what it saw meanwhile, and nobody blind', () => {
    const made = unfit(60);
    expect(made.lookout.archive.outages).toEqual([]);
    expect(made.lookout.watch.sight.blind).toBe(false);
    expect(made.page.state).toBe('unknown');
  });

  test('leaves states as they are until they are too old', () => {
    expect(unfit(13).page).toMatchObject({ state: 'up', unfitSince: undefined });
    expect(unfit(17).page).toMatchObject({ state: 'unknown', unfitSince: undefined });
  });

  test('is told after two minutes, and when it is over', () => {
    const made = unfit(60);
    expect(made.page).toMatchObject({ unfitSince: start + 65 * seconds, blindSince: undefined });
    made.condition = fit;
    expect(made.rounds(12).said).toEqual([
      '185 down Vigie n’est plus en état de mesurer',
      '365 info Vigie mesure de nouveau',
    ]);
    expect(made.messages[0]?.text.en).toContain('(it may open 3 more files and connections)');
    expect(made.page).toMatchObject({ state: 'up', unfitSince: undefined });
  });

  test('is no news when it passes within two minutes', () => {
    const made = unfit(23);
    made.condition = fit;
    expect(made.rounds(12).said).toEqual([]);
  });

  test('lets failures of that time confirm nothing afterwards', () => {
    const made = unfit(5);
    made.condition = fit;
    made.rounds(2, 'bad', 'good');
    expect(made.lookout.archive.outages).toEqual([]);
  });
});

describe('an address that is gone', () => {
  test('of a family without witnesses is told as if witnesses had shown it', () => {
    const made = new Post({ ...config, witnesses: config.witnesses.filter(({ id }) => id !== 'near6') }, [
      makeRoute('admins'),
    ]).rounds(12);
    made.condition = { ...fit, families: [4] };
    made.rounds(30, 'good', 'bad');
    made.condition = fit;
    expect(made.rounds(4).said).toEqual([
      '95 degraded IPv6 : mesure impossible',
      '215 info IPv6 : mesure rétablie',
    ]);
    expect(made.messages[0]?.text.en).toContain('this machine has no address of that family any more');
    expect(made.lookout.archive.outages).toEqual([]);
  });

  test('over which nothing is asked is nobody’s concern', () => {
    const onlyFour = makeConfig(
      [makeService('site', [makeCheck('web')])],
      [makeCheck('near'), makeCheck('far')],
    );
    const made = new Post(onlyFour, [makeRoute('admins')]).rounds(12);
    made.condition = { ...fit, families: [4] };
    expect(made.rounds(30, 'good', 'bad').said).toEqual([]);
  });

  test('is the reason that is told where witnesses show it', () => {
    const made = post();
    made.condition = { ...fit, families: [4] };
    expect(made.rounds(30, 'good', 'bad').said).toEqual(['90 degraded IPv6 : mesure impossible']);
    expect(made.messages[0]?.text.en).toContain('this machine has no address of that family any more');
    expect(made.page.unmeasured).toHaveLength(1);
  });

  test('that never was there is not missed', () => {
    const made = new Post(config, [makeRoute('admins')]);
    made.condition = { ...fit, families: [] };
    expect(made.rounds(40).said).toEqual([]);
    expect(made.page.state).toBe('up');
  });
});
