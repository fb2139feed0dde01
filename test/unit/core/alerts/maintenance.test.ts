// Alerts and maintenance together, as they are in the house: nobody is told within a window, and of what outlives it once.
import { describe, expect, test } from 'vitest';
import type { Config } from '../../../../config/config.ts';
import { write } from '../../../../server/app/words.ts';
import { Alerts } from '../../../../server/core/alerts/alerts.ts';
import type { Message } from '../../../../server/core/alerts/message.ts';
import type { Grade } from '../../../../server/core/result.ts';
import { makeRoute } from '../../../support/alerting.ts';
import { Lookout } from '../../../support/lookout.ts';
import { makeCheck, makeConfig, makeService, minutes, seconds, start } from '../../../support/watch.ts';

const title = { fr: 'Travaux', en: 'Works' };

const configOf = (services: readonly string[], checks: readonly string[] = []): Config => ({
  ...makeConfig([makeService('site', [makeCheck('web'), makeCheck('php')])]),
  routes: [makeRoute('admins')],
  maintenance: [
    {
      id: 'works',
      title,
      services,
      checks,
      once: { fromMs: start + 10 * minutes, toMs: start + 20 * minutes },
    },
  ],
});

/** The messages of a life in which `web` is as `gradeAt` says, every five seconds, by the second at which they were decided. */
const told = (
  config: Config,
  untilMinute: number,
  gradeAt: (minute: number) => Grade,
): readonly Message[] => {
  const lookout = new Lookout(config);
  const alerts = new Alerts(config, { alerts: [], silences: [] }, write);
  const messages: Message[] = [];
  for (let at = 0; at < untilMinute * minutes; at += 5 * seconds) {
    lookout.see(['web', at, gradeAt(at / minutes)], ['php', at, 'good']);
    messages.push(...alerts.look(lookout.watch, start + at).messages);
  }
  return messages;
};

const inShort = (messages: readonly Message[]) =>
  messages.map(({ kind, at, alerts }) => [
    kind,
    (at - start) / minutes,
    ((alerts[0]?.startedAt ?? 0) - start) / minutes,
  ]);

const downFrom =
  (from: number, to: number) =>
  (minute: number): Grade =>
    minute >= from && minute < to ? 'bad' : 'good';

describe.for([
  ['its service', configOf(['site'])],
  ['the check', configOf([], ['web'])],
] as const)('in a window of %s', ([, config]) => {
  test('nothing is told of what is over before the end', () => {
    expect(told(config, 40, downFrom(11, 19))).toEqual([]);
  });

  test('nothing is told of what is over with the end', () => {
    expect(told(config, 40, downFrom(11, 20))).toEqual([]);
  });

  test('what outlives it is told once, confirmed afresh, and counts from its end', () => {
    expect(inShort(told(config, 40, downFrom(11, 30)))).toEqual([
      // Ten seconds of failures confirm it, and the next one is waited for.
      ['alert', 20.25, 20],
      ['recovery', 30 + 20 / 60, 20],
    ]);
  });

  test('what begins after it counts from its own beginning', () => {
    expect(inShort(told(config, 40, downFrom(22, 30)))).toEqual([
      ['alert', 22 + 10 / 60, 22],
      ['recovery', 30 + 20 / 60, 22],
    ]);
  });

  test('what was told before is not told again, and its end is', () => {
    expect(inShort(told(config, 40, downFrom(5, 30)))).toEqual([
      ['alert', 5 + 10 / 60, 5],
      ['recovery', 30 + 20 / 60, 5],
    ]);
  });
});
