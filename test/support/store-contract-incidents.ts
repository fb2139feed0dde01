// What every store must do with incidents: keep each version for ever as it was written.
import { expect, test } from 'vitest';
import type { IncidentChange, Store } from '../../server/app/ports.ts';
import type { Message } from '../../server/core/alerts/message.ts';
import type { Version } from '../../server/core/incidents/incident.ts';

const version = (incident: number, version: number, over: Partial<Version> = {}): Version => ({
  incident,
  version,
  at: version * 10,
  author: 'ada',
  entry:
    version === 1
      ? { kind: 'opened', services: ['web'], outages: [], startedAt: 3 }
      : { kind: 'post-mortem', said: { fr: `« ${version} »` } },
  ...over,
});

const change = (versions: readonly Version[], over: Partial<IncidentChange> = {}): IncidentChange => ({
  id: versions[0]?.incident ?? 0,
  isOpen: true,
  versions,
  ...over,
});

export const storytelling = (store: () => Store): void => {
  const keep = (changes: readonly IncidentChange[], messages: readonly Message[] = []) =>
    store().keepIncidents(changes, messages);

  test('gives back all versions of the newest incidents, in their order', async () => {
    await keep([change([version(1, 1), version(1, 2)]), change([version(2, 1)])]);
    await keep([change([version(1, 3, { at: 20 })], { isOpen: false })]);
    expect(await store().incidents(9)).toEqual([
      version(1, 1),
      version(1, 2),
      version(1, 3, { at: 20 }),
      version(2, 1),
    ]);
    expect(await store().incidents(1)).toEqual([version(2, 1)]);
    expect((await store().incidents(1, 2)).map(({ incident }) => incident)).toEqual([1, 1, 1]);
    expect(await store().incidents(9, 1)).toEqual([]);
  });

  test.for([
    ['a version that is there already', [version(1, 2)]],
    ['a version that leaves a gap', [version(1, 4)]],
    ['a version older than the last one', [version(1, 3, { at: 19 })]],
    ['one good version and one that is not', [version(1, 3), version(1, 3)]],
    ['a version of an incident that has no first one', [version(7, 2)]],
  ] as const)('refuses %s, and keeps nothing of it', async ([, versions]) => {
    await keep([change([version(1, 1), version(1, 2)])]);
    await expect(keep([change(versions)])).rejects.toMatchObject({ code: 'store.refused' });
    expect(await store().incidents(9)).toEqual([version(1, 1), version(1, 2)]);
  });

  test('keeps at most one open incident of a root', async () => {
    await keep([change([version(1, 1)], { root: 'web' }), change([version(2, 1)])]);
    const second = change([version(3, 1)], { root: 'web' });
    await expect(keep([second])).rejects.toMatchObject({ code: 'store.refused' });
    await keep([second, change([version(1, 2)], { root: 'web', isOpen: false })]);
    expect((await store().incidents(9)).map(({ incident, version }) => [incident, version])).toEqual([
      [1, 1],
      [1, 2],
      [2, 1],
      [3, 1],
    ]);
  });

  test('keeps what is to be told with the versions that it tells of, or neither', async () => {
    const message = { key: 'k', route: 'admins', at: 20 } as Message;
    await keep([change([version(1, 1)])]);
    await expect(keep([change([version(1, 3)])], [message])).rejects.toMatchObject({ code: 'store.refused' });
    expect(await store().undelivered('admins', 9)).toEqual([]);
    await keep([change([version(1, 2)])], [message]);
    expect(await store().undelivered('admins', 9)).toMatchObject([{ message }]);
  });
};
