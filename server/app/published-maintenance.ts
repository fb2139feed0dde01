// What everybody may know of maintenance: what is announced, and what goes on.
import { z } from 'zod';
import { announcedMs } from '../core/maintenance.ts';
import type { Maintenance } from '../core/maintenance.ts';
import type { Instant } from '../core/time.ts';
import type { WatchedService } from '../core/watched.ts';
import { instant } from './published-incidents.ts';

const words = () => z.strictObject({ fr: z.string(), en: z.string() });

export const publishedMaintenance = z
  .strictObject({
    title: words(),
    text: words().exactOptional(),
    services: z.array(z.string()).readonly().describe('The ids of the services that it touches.'),
    from: instant(),
    until: instant(),
  })
  .readonly();

export type PublishedMaintenance = z.output<typeof publishedMaintenance>;

/** What goes on, and the next time of what is to come, by their beginnings. */
export const publishMaintenance = (
  maintenance: Maintenance,
  services: readonly WatchedService[],
  now: Instant,
): readonly PublishedMaintenance[] => {
  const known = new Set<string>();
  return maintenance.windows(now).flatMap((window) => {
    const { id, plan = id, title, text, from, until } = window;
    const touched = services
      .filter(
        ({ config, checks }) =>
          window.services.includes(config.id) ||
          checks.some((check) => window.checks.includes(check.config.id)),
      )
      .map(({ config }) => config.id);
    if (until <= now || from >= now + announcedMs || touched.length === 0 || known.has(plan)) return [];
    known.add(plan);
    return [{ title, ...(text && { text }), services: touched, from, until }];
  });
};
