// What is only degraded may take others down with it: whoever is told of nothing less than that hears of its cause.
import { expect, test } from 'vitest';
import { Alerting, makeRoute } from '../../../support/alerting.ts';
import { makeCheck, makeConfig, makeService, seconds as s } from '../../../support/watch.ts';

const config = makeConfig([
  makeService('network', [makeCheck('uplink', { families: [4, 6] })]),
  {
    ...makeService('site', [makeCheck('web', { families: [6] })]),
    dependsOn: [{ kind: 'service', id: 'network' }],
  },
]);

/** The uplink loses IPv6 from 20 to 80 s, and the site with it unless it is reached another way. */
const lived = (part: Parameters<typeof makeRoute>[1], isDragged = true): Alerting => {
  const post = new Alerting(config, [makeRoute('pager', part)]);
  for (let at = 0; at <= 240; at += 5) {
    const six = at > 20 && at < 80 ? 'bad' : 'good';
    post.see(
      ['uplink', at * s, 'good', 4],
      ['uplink', at * s, six, 6],
      ['web', at * s, isDragged ? six : 'good', 6],
    );
  }
  return post;
};

const severities = ({ messages }: Alerting) =>
  messages.map(({ kind, severity, alerts }) => [kind, severity, ...alerts.map(({ service }) => service)]);

test.for([
  ['of outages only', { severity: 'down' }],
  ['at this hour of outages only', { hours: { fromMinute: 12 * 60, toMinute: 13 * 60 } }],
] as const)('a route that is told %s is told what takes down others, and of its end', ([, part]) => {
  expect(severities(lived(part))).toEqual([
    ['alert', 'down', 'network', 'site'],
    ['recovery', 'info', 'network'],
  ]);
});

test('but not of what takes down nobody', () => {
  expect(severities(lived({ severity: 'down' }, false))).toEqual([]);
});
