import { expect, test } from 'vitest';
import { render } from '../../../../server/http/render.ts';
import { badDay, incident, resolved, windowAt } from '../../../support/published.ts';
import { assets } from '../serve.ts';

const day = { ...badDay, incidents: [incident, resolved], calendar: [windowAt(3)] };

test('nothing at any address says a word of what is private', () => {
  const { byPath } = render(day, assets.links);
  expect(byPath.size).toBeGreaterThan(40);
  for (const [path, { bodies, headers }] of byPath)
    expect([path, `${Buffer.from(bodies.identity ?? []).toString()} ${JSON.stringify(headers)}`]).not.toEqual(
      [path, expect.stringContaining('canary')],
    );
});

test('what is for programs does not change with the hour, and is then not made again', () => {
  const before = render(day, assets.links);
  const after = render({ ...day, generatedAt: day.generatedAt + 15_000 }, assets.links, before);
  for (const path of ['/feed.atom', '/en/services/mail/feed.atom', '/maintenance.ics', '/badge/mail.svg'])
    expect(after.byPath.get(path)).toBe(before.byPath.get(path));
  expect(after.byPath.get('/api/v2/status.json')).not.toBe(before.byPath.get('/api/v2/status.json'));
  const [first, ...others] = day.services;
  const changed = render(
    { ...day, services: [{ ...first!, state: 'down' }, ...others] },
    assets.links,
    after,
  );
  expect(changed.byPath.get('/badge/databases.svg')).not.toBe(before.byPath.get('/badge/databases.svg'));
  expect(changed.byPath.get('/badge/mail.svg')).toBe(before.byPath.get('/badge/mail.svg'));
});
