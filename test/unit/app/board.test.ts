import { expect, test } from 'vitest';
import { boardOf, openSince } from '../../../server/app/board.ts';
import type { Seen } from '../../../server/app/board.ts';
import type { Letter } from '../../../server/app/ports.ts';
import type { Alert, Silence, Trouble } from '../../../server/core/alerts/alert.ts';
import type { Message } from '../../../server/core/alerts/message.ts';
import { Newsroom, trouble as measured } from '../../support/incidents.ts';
import { hours, makeCheck, makeConfig, makeService, minutes, start } from '../../support/watch.ts';

const now = start + 10 * minutes;
const config = makeConfig(
  ['network', 'web', 'databases'].map((id) => makeService(id, [makeCheck(`${id}-1`)])),
);

const trouble = (check: string, over: Partial<Trouble> = {}): Trouble => ({
  check,
  state: 'down',
  since: start,
  outage: `check:${check}@${start}`,
  finding: { cause: 'refused', evidence: 'port 80 refused the connection' },
  ...over,
});

const alert = (service: string, over: Partial<Alert> = {}): Alert => ({
  id: `service:${service}@${start}`,
  service,
  name: { fr: service, en: service },
  isPublic: true,
  openedAt: start + minutes,
  troubles: [trouble(`${service}-1`)],
  told: [],
  ...over,
});

const letter = (id: number, about: readonly string[], over: Partial<Letter> = {}): Letter => ({
  id,
  attempts: 1,
  message: {
    key: `k${id}`,
    route: 'admins',
    kind: 'alert',
    at: start + id,
    alerts: about.map((id) => ({ id })),
  } as unknown as Message,
  ...over,
});

const see = (over: Partial<Seen> = {}) =>
  boardOf({
    config,
    alerts: [],
    silences: [],
    windows: [],
    letters: [],
    incidents: [],
    troubles: [],
    now,
    ...over,
  });

const heldBy = (kind: 'check' | 'service', id: string) => ({ why: 'parent' as const, by: { kind, id } });

test('what has a cause stands under it, whether that is a service or a check of it', () => {
  const web = alert('web', { troubles: [trouble('web-1', { held: heldBy('service', 'network') })] });
  const databases = alert('databases', {
    troubles: [trouble('databases-1', { held: heldBy('check', 'network-1') })],
  });
  const { alerts } = see({ alerts: [web, alert('network'), databases] });
  expect(alerts.map(({ id }) => id)).toEqual([alert('network').id]);
  expect(alerts[0]?.consequences.map(({ id }) => id)).toEqual([web.id, databases.id]);
  expect(alerts[0]?.consequences[0]?.troubles).toMatchObject([{ held: 'parent' }]);
});

test.for([
  ['whose cause is not open itself', heldBy('service', 'network')],
  ['that would be its own cause', heldBy('service', 'web')],
] as const)('nothing %s is lost', ([, held]) => {
  const web = alert('web', { troubles: [trouble('web-1', { held })] });
  expect(see({ alerts: [web] }).alerts.map(({ id }) => id)).toEqual([web.id]);
});

test('two that would be the cause of each other both stay', () => {
  const web = alert('web', { troubles: [trouble('web-1', { held: heldBy('service', 'network') })] });
  const network = alert('network', { troubles: [trouble('network-1', { held: heldBy('service', 'web') })] });
  expect(see({ alerts: [web, network] }).alerts).toHaveLength(2);
});

test('what has a trouble of its own too is nobody’s consequence, and has its own', () => {
  const web = alert('web', {
    troubles: [trouble('web-1'), trouble('web-2', { held: heldBy('check', 'web-1') })],
  });
  const databases = alert('databases', {
    troubles: [trouble('databases-1'), trouble('databases-2', { held: heldBy('service', 'network') })],
  });
  const shop = alert('shop', { troubles: [trouble('shop-1', { held: heldBy('check', 'web-1') })] });
  const { alerts } = see({ alerts: [web, alert('network'), databases, shop] });
  expect(alerts.map(({ id, consequences }) => [id, ...consequences.map(({ id }) => id)])).toEqual([
    [web.id, shop.id],
    [alert('network').id],
    [databases.id],
  ]);
});

test('says what was sent about it, on which route, and what became of that', () => {
  const delivered = letter(1, [alert('web').id], { fate: { kind: 'delivered', at: start + 5 } });
  const waiting = letter(2, ['other', alert('web').id], { attempts: 3, evidence: 'refused' });
  const { alerts } = see({ alerts: [alert('web')], letters: [waiting, delivered, letter(3, ['other'])] });
  expect(alerts[0]?.letters).toEqual([
    { route: 'admins', kind: 'alert', at: start + 2, fate: 'waiting', attempts: 3, evidence: 'refused' },
    { route: 'admins', kind: 'alert', at: start + 1, fate: 'delivered', fatedAt: start + 5, attempts: 1 },
  ]);
});

test('says who has it, and what is muted until when', () => {
  const silence: Silence = {
    id: 's',
    subject: { kind: 'check', id: 'web-1' },
    by: 'ada',
    reason: 'known',
    from: start,
    until: now + hours,
  };
  const taken = alert('web', { acknowledgement: { by: 'bob', at: now } });
  const board = see({ alerts: [taken], silences: [silence, { ...silence, id: 't', until: now }] });
  expect(board.alerts[0]).toMatchObject({
    acknowledgement: { by: 'bob' },
    silence: { by: 'ada', reason: 'known', until: now + hours },
  });
  expect(board.silences.map(({ id }) => id)).toEqual(['s']);
});

test('the maintenance that goes on is seen, and no other', () => {
  const window = (id: string, from: number, until: number) => {
    const title = { fr: id, en: id };
    return { id, title, services: ['web'], checks: [], from, until };
  };
  const windows = [window('over', start, now), window('on', now, now + 1), window('ahead', now + 1, now + 2)];
  expect(see({ windows }).maintenance.map(({ id }) => id)).toEqual(['on']);
});

test('what is over is gone, though somebody may still have to be told', () => {
  const over = alert('web', { endedAt: now });
  expect(see({ alerts: [over] }).alerts).toEqual([]);
  expect(openSince([over, alert('network')], now)).toBe(start + minutes);
  expect(openSince([], now)).toBe(now);
});

test('incidents come with their versions and the names of their services, the newest first', () => {
  const room = new Newsroom();
  room.troubles = [measured('web'), measured('databases', { root: 'network' })];
  room.follow();
  const { incidents } = see({ incidents: room.incidents.values(), troubles: room.troubles });
  expect(incidents.map(({ id, names, isGoing }) => [id, names.map(({ fr }) => fr), isGoing])).toEqual([
    [2, ['databases'], true],
    [1, ['web'], true],
  ]);
  expect(see({ incidents: room.incidents.values() }).incidents[0]?.isGoing).toBe(false);
});

test('what was resolved is shown for a day', () => {
  const room = new Newsroom();
  room.write(undefined, { kind: 'opened', title: { fr: 'Disque' }, services: [] });
  room.write(1, { kind: 'updated', phase: 'resolved', said: { fr: 'Réparé.' } });
  const at = (now: number) => see({ incidents: room.incidents.values(), now }).incidents.length;
  expect([at(start + 23 * hours), at(start + 25 * hours)]).toEqual([1, 0]);
});
