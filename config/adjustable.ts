// What is adjusted for all checks at once under `defaults`, or for one of them where it stands.
import { z } from 'zod';
import { duration, formatDuration } from './fields.ts';
import { moment } from './recurrence.ts';
import { listOf } from './texts.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

const span = () => duration({ minMs: 0, maxMs: dayMs });
const count = (max: number) => z.int().min(1).max(max);

/** What holds where neither a check nor `defaults` says otherwise: no `default` of a schema, which would hide `defaults`. */
export const usual = {
  failures: 3,
  failuresOverMs: 10_000,
  recheckMs: 5_000,
  slow: 5,
  of: 8,
  successes: 2,
  successesOverMs: 20_000,
  calmMs: 300_000,
  learnOverMs: 130_000,
};

export const adjustable = z.strictObject({
  every: duration({ minMs: 1_000, maxMs: dayMs }).optional().describe('Time from one probe to the next.'),
  timeout: duration({ minMs: 10, maxMs: hourMs })
    .optional()
    .describe('How long a probe may take; less than the interval.'),
  families: listOf(z.literal([4, 6]), 'a list such as [4] or [4, 6]')
    .optional()
    .meta({ description: 'IP families to probe, each a series of its own.', usually: [4] }),
  confirm: z
    .strictObject({
      failures: count(100)
        .optional()
        .meta({ description: 'Failures that confirm an outage.', usually: usual.failures }),
      over: span()
        .optional()
        .meta({
          description: 'Time these failures must span.',
          usually: formatDuration(usual.failuresOverMs),
        }),
      recheck: duration({ minMs: 1_000, maxMs: dayMs })
        .optional()
        .meta({
          description: 'Time between probes while in doubt.',
          usually: formatDuration(usual.recheckMs),
        }),
      slow: count(100)
        .optional()
        .meta({ description: 'Slow outcomes that make a check degraded …', usually: usual.slow }),
      of: count(100).optional().meta({ description: '… among this many.', usually: usual.of }),
    })
    .optional()
    .describe('How bad outcomes are confirmed before the state changes.'),
  recover: z
    .strictObject({
      successes: count(100)
        .optional()
        .meta({ description: 'Good outcomes that confirm the end of an outage.', usually: usual.successes }),
      over: span()
        .optional()
        .meta({
          description: 'Time these outcomes must span.',
          usually: formatDuration(usual.successesOverMs),
        }),
      calm: span()
        .optional()
        .meta({
          description: 'Time without a slow outcome that ends "degraded".',
          usually: formatDuration(usual.calmMs),
        }),
    })
    .optional()
    .describe('How the return to normal is confirmed.'),
  learn: z
    .union([
      z.literal(false),
      z.strictObject({
        over: duration({ minMs: 1_000, maxMs: dayMs })
          .optional()
          .meta({
            description:
              'How long phases must be slower than usual before the check is degraded; seven probes at least.',
            usually: formatDuration(usual.learnOverMs),
          }),
        floor: duration({ maxMs: hourMs })
          .optional()
          .describe(
            'So much more than usual is nothing. Unless written: a twentieth of what makes the phase slow in itself, and 10 ms at least.',
          ),
        from: moment()
          .optional()
          .describe('What was measured before is no longer usual: after a change that is meant to stay.'),
      }),
    ])
    .optional()
    .describe(
      'Whether it is learned what phases usually take, hour by hour of the week, so that a check is degraded when they take longer: those of a check that is probed every five minutes or more often, and that has a threshold under `slow`. false: only the thresholds count.',
    ),
});
export type WrittenDefaults = z.output<typeof adjustable>;
