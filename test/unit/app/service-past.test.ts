import { expect, test } from 'vitest';
import { pastOf } from '../../../server/app/service-past.ts';
import type { Subject } from '../../../server/core/effects.ts';
import { noEffects, outage, recovered, span } from '../../support/effects.ts';
import { openInMemory } from '../../support/in-process-store.ts';
import { hours, makeCheck, makeConfig, makeService, minutes, start } from '../../support/watch.ts';

const mail = { ...makeService('mail', [makeCheck('smtp')]), members: 100 };
const config = makeConfig([mail, makeService('web', [makeCheck('site')])]);
const subject: Subject = { kind: 'service', id: 'mail' };
const at = (minute: number) => start + minute * minutes;
const window = (id: string, part: { services?: string[]; checks?: string[]; cancelled?: boolean }) => ({
  id,
  title: { fr: id, en: id },
  services: [],
  checks: [],
  from: at(20),
  until: at(25),
  ...part,
});

test('a past is what spans say of any window, less the maintenance that was kept', async () => {
  const store = openInMemory();
  const down = outage(at(10), { subject, end: recovered(at(40)) });
  const spans = [
    span(at(-60), { subject }),
    span(at(10), { subject, state: 'down' }),
    span(at(40), { subject }),
  ];
  const windows = [
    window('of its checks', { checks: ['smtp'] }),
    window('of another', { services: ['web'] }),
    { ...window('taken back', { services: ['mail'], cancelled: true }), until: at(35) },
  ];
  await store.commit({ ...noEffects, spans, windows, outages: [down] });
  const told = await pastOf(mail, { from: at(0), until: at(60) }, config, store);
  const sums = {
    upMs: 30 * minutes,
    degradedMs: 0,
    downMs: 25 * minutes,
    unknownMs: 0,
    maintenanceMs: 5 * minutes,
    memberMinutesLost: 2_500,
  };
  expect(told).toMatchObject({ service: 'mail', ...sums, outages: [down] });
  expect(told.months).toEqual([expect.objectContaining({ month: '2026-03', ...sums })]);
  expect(await pastOf(mail, { from: at(15), until: at(16) }, config, store)).toMatchObject({
    downMs: minutes,
    outages: [down],
  });
  expect(
    await pastOf(mail, { from: start - 9 * hours, until: start - 8 * hours }, config, store),
  ).toMatchObject({ unknownMs: hours, outages: [] });
});
