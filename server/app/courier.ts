// Tells what is in the outbox. The log is the first receiver: a row counts as told when its line is written.
import type { Notable } from '../core/effects.ts';
import { subjectId } from '../core/effects.ts';
import type { Clock, Log, Store } from './ports.ts';

const rowsMax = 200;

export const tell = async ({
  store,
  log,
  clock,
}: {
  store: Pick<Store, 'untold' | 'told'>;
  log: Log;
  clock: Clock;
}): Promise<void> => {
  for (let rows = await store.untold(rowsMax); rows.length > 0; rows = await store.untold(rowsMax)) {
    for (const { notable } of rows) write(log, notable);
    await store.told(
      rows.map(({ id }) => id),
      clock.now(),
    );
  }
};

const write = (log: Log, notable: Notable): void => {
  if (!('outage' in notable)) {
    const { kind, since } = notable;
    return log.warn(kind === 'blind' ? 'vigie.cannot-see' : 'vigie.sees-again', {
      since: new Date(since).toISOString(),
    });
  }
  const { subject, state, startedAt, end, finding } = notable.outage;
  log.warn(`${subject.kind}.${notable.kind}`, {
    subject: subjectId(subject),
    state,
    since: new Date(startedAt).toISOString(),
    ...(end ? { until: new Date(end.at).toISOString(), how: end.how } : {}),
    cause: finding.cause,
    ...(finding.phase && { phase: finding.phase }),
    evidence: finding.evidence,
  });
};
