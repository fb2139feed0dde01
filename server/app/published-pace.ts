// How fast a service answers now, beside what is usual at such an hour: two numbers that everybody may know.
import { z } from 'zod';
import type { Instant } from '../core/time.ts';
import type { Watch } from '../core/watch.ts';
import type { WatchedService } from '../core/watched.ts';
import { timedIn } from './published-times.ts';

export const pace = () =>
  z
    .strictObject({
      tookMs: z.number().describe('What it has taken of late, the newest counting most.'),
      usualMs: z
        .number()
        .describe('What is usual at such an hour. Absent, while that is not known.')
        .exactOptional(),
    })
    .describe(
      'How fast it answers, in milliseconds. Absent, where its checks take no time, or none was taken yet.',
    )
    .exactOptional();

type Pace = NonNullable<z.output<ReturnType<typeof pace>>>;

export const paceOf = (
  service: WatchedService,
  { slowness }: Pick<Watch, 'slowness'>,
  now: Instant,
): Pace | undefined => {
  const timed = timedIn(service);
  const tookUs = timed && slowness.latelyOf(timed.key, timed.phase);
  if (timed === undefined || tookUs === undefined) return undefined;
  const usual = slowness.usualOf(timed.key, timed.phase, now);
  return {
    tookMs: toMs(tookUs),
    // What lies between them by proportion is the median that they were made of.
    ...(usual && { usualMs: toMs(Math.sqrt(usual.lowUs * usual.highUs)) }),
  };
};

/** Two digits: more would change with every probe. */
const toMs = (us: number): number => Number((us / 1_000).toPrecision(2));
