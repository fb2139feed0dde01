// Whatever happens to services, to people and to us: what routes are told makes one story, and comes to its end.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Message } from '../../../server/core/alerts/message.ts';
import type { Grade } from '../../../server/core/result.ts';
import { Alerting, makeRoute } from '../../support/alerting.ts';
import { runs } from '../../support/fuzz.ts';
import { makeCheck, makeConfig, makeService, minutes, seconds, start } from '../../support/watch.ts';

fc.configureGlobal({ numRuns: runs(40) });

const config = makeConfig(
  [
    makeService('network', [makeCheck('uplink')]),
    makeService('site', [makeCheck('web'), makeCheck('queue', { supporting: true })]),
    makeService('mail', [makeCheck('smtp'), makeCheck('imap')]),
  ],
  [makeCheck('near')],
);
const checks = ['uplink', 'web', 'queue', 'smtp', 'imap', 'near'] as const;
const children = ['site', 'mail'] as const;
const good = Object.fromEntries(checks.map((check) => [check, 'good' as const]));

const routes = [
  makeRoute('all', { repeatMs: [5 * minutes, 20 * minutes] }),
  makeRoute('pager', { severity: 'down', afterMs: 3 * minutes }),
  makeRoute('mail', { services: ['mail'] }),
  // The story begins at one in the morning.
  makeRoute('late', { hours: { fromMinute: 80, toMinute: 60 }, quiet: 'all' }),
  makeRoute('everybody', { audience: 'public' }),
];

type Grades = Readonly<Record<string, Grade>>;
type Command =
  | { readonly kind: 'live'; readonly rounds: number; readonly grades: Grades }
  | { readonly kind: 'maintenance' | 'flapping'; readonly subject: string }
  | { readonly kind: 'silence'; readonly service: string; readonly minutes: number }
  | { readonly kind: 'acknowledge' | 'restart' | 'reload' | 'divert' };

const grade = fc.oneof(
  { weight: 5, arbitrary: fc.constant('good' as const) },
  { weight: 3, arbitrary: fc.constant('bad' as const) },
  { weight: 1, arbitrary: fc.constantFrom('poor' as const, 'invalid' as const) },
);
const grades: fc.Arbitrary<Grades> = fc
  .tuple(...checks.map(() => grade))
  .map((list) => Object.fromEntries(checks.map((check, index) => [check, list[index] ?? 'good'])));
const subject = fc.constantFrom('service:site', 'service:mail', 'check:smtp');
const kind = fc.constantFrom(
  'acknowledge' as const,
  'restart' as const,
  'reload' as const,
  'divert' as const,
);
const command: fc.Arbitrary<Command> = fc.oneof(
  {
    weight: 12,
    arbitrary: fc.record({
      kind: fc.constant('live' as const),
      rounds: fc.integer({ min: 1, max: 60 }),
      grades,
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constantFrom('maintenance' as const, 'flapping' as const), subject }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('silence' as const),
      service: fc.constantFrom(...children),
      minutes: fc.integer({ min: 1, max: 30 }),
    }),
  },
  { weight: 2, arbitrary: kind.map((kind) => ({ kind })) },
);
const lives = fc.array(command, { maxLength: 25 });

const toggle = (set: Set<string>, id: string): void => void (set.delete(id) || set.add(id));

/** The network explains its children while it is down, or has failed and may yet be. */
const shade = (post: Alerting): void => {
  const uplink = post.lookout.watch.checks.get('uplink');
  const isDown = uplink?.timeline.outage?.state === 'down';
  const isContested = uplink?.series.some(({ standing }) => standing.contest?.kind === 'failing') === true;
  for (const child of children)
    if (isDown || isContested)
      post.shades.set(`service:${child}`, { by: { kind: 'service', id: 'network' }, confirmed: isDown });
    else post.shades.delete(`service:${child}`);
};

const live = (post: Alerting, rounds: number, grades: Grades, each: () => void): void => {
  for (let round = 0; round < rounds; round++) {
    const at = post.now + 5 * seconds;
    // As in a real life, the parent is heard of no later than its children.
    post.lookout.see(...checks.map((check) => [check, at, grades[check] ?? 'good'] as const));
    shade(post);
    post.look(at);
    each();
  }
};

/** A life, and an hour in which all is well again; `each` after every look, with what it told. */
const lived = (
  commands: readonly Command[],
  each: (post: Alerting, told: readonly Message[]) => void,
): Alerting => {
  const post = new Alerting(config, routes);
  let told = 0;
  const looked = () => {
    each(post, post.messages.slice(told));
    told = post.messages.length;
  };
  for (const command of commands) {
    obey(post, command, looked);
    // A restart and another configuration look too.
    looked();
  }
  post.maintenance.clear();
  post.flapping.clear();
  live(post, 720, good, looked);
  return post;
};

const obey = (post: Alerting, command: Command, looked: () => void): void => {
  const [alert] = post.alerts;
  switch (command.kind) {
    case 'live':
      return live(post, command.rounds, command.grades, looked);
    case 'maintenance':
    case 'flapping':
      return toggle(post[command.kind], command.subject);
    case 'silence': {
      const until = start + post.now + command.minutes * minutes;
      const subject = { kind: 'service', id: command.service } as const;
      return void post.act({ kind: 'silence', subject, by: 'Anne', reason: 'a test', until });
    }
    case 'acknowledge':
      return void (alert && post.act({ kind: 'acknowledge', alert: alert.id, by: 'Anne' }));
    case 'restart':
      return post.restart();
    case 'reload':
      return post.configure(
        config,
        post.config.routes.length === routes.length ? routes.slice(0, 3) : routes,
      );
    case 'divert': {
      const newest = post.messages.findLast(({ route }) => route === 'all');
      return newest && post.divert(newest, 'pager');
    }
  }
};

const rootsOf = ({ alerts }: Message): readonly string[] =>
  alerts.flatMap(({ id, consequenceOf }) => (consequenceOf === undefined ? id : []));

describe('what a route is told', () => {
  test('4: of each alert begins with an alert, ends with one recovery, and has no recovery without an alert', () => {
    fc.assert(
      fc.property(lives, (commands) => {
        // A route that leaves the configuration hears no more, and begins anew if it comes back.
        const constant = commands.filter(({ kind }) => kind !== 'reload' && kind !== 'divert');
        const { messages } = lived(constant, () => {});
        for (const { id: route } of routes) {
          const open = new Map<string, boolean>();
          for (const message of messages.filter((message) => message.route === route))
            for (const id of message.kind === 'word' ? [message.thread] : rootsOf(message)) {
              const isOpen = open.get(id) === true;
              if (message.kind === 'recovery' || message.kind === 'update' || message.kind === 'reminder')
                // New alerts share a message with news of old ones, and ends never do.
                expect(isOpen, `${message.kind} of ${id}`).toBe(true);
              if (message.severity === 'info') expect(isOpen).toBe(true);
              open.set(id, message.severity !== 'info');
            }
          expect([...open].filter(([, isOpen]) => isOpen)).toEqual([]);
        }
      }),
    );
  });

  test('comes to an end: nothing is unsettled when all has been well for long', () => {
    fc.assert(
      fc.property(lives, (commands) => {
        const { alerts, kept } = lived(commands, () => {});
        expect(alerts).toEqual([]);
        for (const { endedAt } of kept.values()) expect(endedAt).toBeDefined();
      }),
    );
  });

  test('16: has a key that nothing else has', () => {
    fc.assert(
      fc.property(lives, (commands) => {
        const { messages } = lived(commands, () => {});
        const keys = messages.map(({ key }) => key);
        expect(new Set(keys).size).toBe(keys.length);
      }),
    );
  });

  test('8: has no child for a subject of its own while its parent is out or in doubt', () => {
    fc.assert(
      fc.property(lives, (commands) => {
        lived(commands, (post, told) => {
          if (post.shades.size === 0) return;
          for (const { kind, alerts } of told)
            for (const { service, consequenceOf } of alerts)
              // What was told before its parent failed is still told its course.
              if (kind === 'alert' && consequenceOf === undefined && service !== 'network') {
                // An older alert may wait for somebody who is still to be told of its end.
                const troubles = post.alerts.flatMap((alert) =>
                  alert.service === service ? alert.troubles : [],
                );
                expect(troubles.some(({ held, end }) => held === undefined && end === undefined)).toBe(true);
              }
        });
      }),
    );
  });

  test('8: has the child that still fails within a minute of its parent’s end', () => {
    fc.assert(
      fc.property(lives, fc.integer({ min: 20, max: 200 }), (commands, rounds) => {
        const calm = commands.filter(({ kind }) => kind === 'live' || kind === 'restart');
        const post = lived(calm, () => {});
        live(post, rounds, { ...good, uplink: 'bad', web: 'bad' }, () => {});
        const from = post.messages.length;
        live(post, 24, { ...good, web: 'bad' }, () => {});
        const kinds = post.messages.slice(from).filter(({ route }) => route === 'all');
        const child = kinds.find(({ alerts }) => alerts.some(({ service }) => service === 'site'));
        const parent = kinds.find(({ kind }) => kind === 'recovery');
        expect((child?.at ?? Infinity) - (parent?.at ?? 0)).toBeLessThanOrEqual(minutes);
      }),
    );
  });

  test('10: has nothing that is in maintenance as its beginning', () => {
    fc.assert(
      fc.property(lives, (commands) => {
        lived(commands, (post, told) => {
          for (const { kind, alerts } of told)
            for (const { service = '', consequenceOf } of alerts)
              if (
                kind === 'alert' &&
                consequenceOf === undefined &&
                post.maintenance.has(`service:${service}`)
              )
                expect(post.alerts.some((alert) => alert.service === service && alert.told.length > 0)).toBe(
                  true,
                );
        });
      }),
    );
  });

  test('comes in no more than one message of news in half a minute', () => {
    fc.assert(
      fc.property(lives, (commands) => {
        const calm = commands.filter(({ kind }) => kind !== 'restart' && kind !== 'reload');
        const { messages } = lived(calm, () => {});
        for (const { id } of routes) {
          const news = messages.filter(
            ({ route, kind }) => route === id && (kind === 'alert' || kind === 'update'),
          );
          news.forEach(({ at }, index) =>
            expect(at - (news[index - 1]?.at ?? 0)).toBeGreaterThanOrEqual(30 * seconds),
          );
        }
      }),
    );
  });
});

describe('determinism', () => {
  test('5: the same life is told in the same words', () => {
    fc.assert(
      fc.property(lives, (commands) => {
        const told = () => JSON.stringify(lived(commands, () => {}).messages);
        expect(told()).toBe(told());
      }),
    );
  });
});
