// Deletes what is too old, a little at a time.
import type { DatabaseSync } from 'node:sqlite';
import type { Store } from '../app/ports.ts';
import { integer } from './database.ts';
import { newestOfSight } from './outbox.ts';
import { hourMs } from './raw.ts';
import { bundlesMs } from './roll-up-rows.ts';
import { keptMs } from './roll-ups.ts';
import type { RollUps } from './roll-ups.ts';
import type { Sync } from './sync.ts';

/** Rows of one slice: a few milliseconds. */
const sliceRowsMax = 5_000;
/** Hours of series of one slice. */
const sliceBlocksMax = 500;
/** Free pages up to here wait for new results: to give each back to the disk would cost more than it saves. */
const freePagesMax = 4_096;
/** Pages that are given back after one slice. */
const returnedPagesMax = 256;

export const createRetention = (
  database: DatabaseSync,
  rollUps: Pick<RollUps, 'until'>,
): Sync<Pick<Store, 'prune'>> => {
  const slices = (['result', 'evidence'] as const).map((table) => {
    const beyond = database.prepare(
      `SELECT started_at, series FROM ${table} WHERE started_at < ?
        ORDER BY started_at, series LIMIT 1 OFFSET ${sliceRowsMax}`,
    );
    const upTo = database.prepare(`DELETE FROM ${table} WHERE (started_at, series) < (?, ?)`);
    return (before: number): number => {
      const { started_at: at = before, series = 0 } = beyond.get(before) ?? {};
      return Number(upTo.run(at, series).changes);
    };
  });
  const [pruneResults, pruneEvidence] = slices;
  const pruneSealed = database.prepare(
    `DELETE FROM sealed WHERE id IN (SELECT id FROM sealed WHERE hour_at < ? ORDER BY hour_at LIMIT ${sliceBlocksMax})`,
  );
  const pruneReopened = database.prepare('DELETE FROM reopened WHERE from_at < ?');
  const pruneRollUps = createRollUpPruning(database);
  const pruneTold = database.prepare(
    `DELETE FROM outbox WHERE id IN
       (SELECT id FROM outbox
         WHERE told_at < ? AND id NOT IN (${newestOfSight})
         ORDER BY id LIMIT ${sliceRowsMax})`,
  );
  const pruneExplanations = database.prepare(
    `DELETE FROM explanation WHERE id IN
       (SELECT id FROM explanation WHERE taken_at < ? ORDER BY taken_at LIMIT ${sliceRowsMax})`,
  );
  // Each with its own index; of baselines, silences and starts there are few.
  const pruneMessages = database.prepare(
    `DELETE FROM message WHERE id IN
       (SELECT id FROM message WHERE decided_at < ? AND fate IS NOT NULL ORDER BY decided_at LIMIT ${sliceRowsMax})`,
  );
  const pruneAlerts = database.prepare(
    `DELETE FROM alert WHERE id IN
       (SELECT id FROM alert WHERE opened_at < ? AND settled = 1 ORDER BY opened_at LIMIT ${sliceRowsMax})`,
  );
  const pruneBaselines = database.prepare('DELETE FROM baseline WHERE kept_at < ?');
  const pruneSilences = database.prepare('DELETE FROM silence WHERE until_at < ?');
  const pruneStarts = database.prepare('DELETE FROM start WHERE at < ?');
  return {
    prune: ({ results, evidence, told }) => {
      const deleted =
        pruneResults?.(results) ||
        Number(pruneSealed.run(results - hourMs + 1).changes) ||
        Number(pruneReopened.run(results - hourMs + 1).changes) ||
        pruneRollUps(rollUps.until()) ||
        pruneEvidence?.(evidence) ||
        Number(pruneExplanations.run(evidence).changes) ||
        Number(pruneTold.run(told).changes) ||
        Number(pruneMessages.run(told).changes) ||
        Number(pruneAlerts.run(evidence).changes) ||
        Number(pruneBaselines.run(evidence).changes) ||
        Number(pruneSilences.run(evidence).changes) ||
        Number(pruneStarts.run(results).changes);
      if (integer(database, 'freelist_count') > freePagesMax)
        database.exec(`PRAGMA incremental_vacuum(${returnedPagesMax})`);
      return deleted;
    },
  };
};

/** Answers how many were deleted. */
const createRollUpPruning = (database: DatabaseSync): ((now: number) => number) => {
  const allSeries = database.prepare('SELECT id, phase FROM series');
  const pruneOfSeries = database.prepare('DELETE FROM bundle WHERE tier = ? AND series = ? AND from_at <= ?');
  // The series comes before the instant in the key: one after the other is found at once, all together would be a long search.
  return (now) => {
    let deleted = 0;
    for (const { id, phase } of allSeries.all())
      for (const tier of [0, 1, 2] as const) {
        const over = now - keptMs[phase === '' ? 'whole' : 'phase'][tier] - bundlesMs[tier];
        if (deleted < sliceRowsMax && over > 0)
          deleted += Number(pruneOfSeries.run(tier, Number(id), over).changes);
      }
    return deleted;
  };
};
