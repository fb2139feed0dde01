// The course of alerts: they open with the first trouble of a service, and end with its last.
import type { Words } from '../../../config/config.ts';
import { toldOf } from '../impairment.ts';
import type { Impairment } from '../impairment.ts';
import type { Instant } from '../time.ts';
import type { WatchedService } from '../watched.ts';
import { isOpen } from './alert.ts';
import type { Alert, Silence, Trouble } from './alert.ts';
import { checkSubject, isAnyUnsteady, isOut, isUnsteady, troublesOf } from './troubles.ts';
import type { View } from './troubles.ts';

/** The alerts as the view has them now. Those in which nothing has changed stay the same objects. */
export const follow = (alerts: readonly Alert[], view: View, now: Instant): readonly Alert[] => {
  const followed = alerts.map((alert) => (alert.endedAt === undefined ? goOn(alert, view, now) : alert));
  const busy = new Set(followed.filter(({ endedAt }) => endedAt === undefined).map(({ service }) => service));
  const opened = [...view.services.values()]
    .filter(({ config, checks }) => !busy.has(config.id) && checks.some(isOut))
    .flatMap((service) => open(service, view, now) ?? []);
  return [...followed, ...ownAlerts(followed, view, now), ...opened];
};

const open = (service: WatchedService, view: View, now: Instant): Alert | undefined => {
  const { config, timeline } = service;
  const troubles = troublesOf([], service, view, now);
  const [first] = troubles;
  return (
    first && {
      // The outage of the service may be older: it goes on while we do not see all of it, and had an alert then.
      id: `service:${config.id}@${Math.max(first.since, timeline.outage?.startedAt ?? 0)}`,
      service: config.id,
      name: config.name,
      isPublic: config.public,
      openedAt: now,
      troubles,
      told: [],
    }
  );
};

const goOn = (alert: Alert, view: View, now: Instant): Alert => {
  const service = alert.service === undefined ? undefined : view.services.get(alert.service);
  const troubles =
    alert.service === undefined
      ? ownTroubles(alert.troubles, view, now)
      : troublesOf(alert.troubles, service, view, now);
  // What flaps, or may, is not over each time that it is well.
  const isOver = !troubles.some(isOpen) && !(service !== undefined && isAnyUnsteady(service, view));
  if (!isOver) return troubles === alert.troubles ? alert : { ...alert, troubles };
  return { ...alert, troubles, endedAt: now };
};

const nobody: Words = { fr: 'Vigie', en: 'Vigie' };

// That we cannot judge is told as an alert is: with its end, with reminders, and to those who may be told at this hour.
const ownAlerts = (followed: readonly Alert[], { impairments }: View, now: Instant): readonly Alert[] => {
  if (impairments.length === 0) return [];
  const known = new Set(
    followed.flatMap(({ service, endedAt, troubles }) =>
      service === undefined && endedAt === undefined ? troubles.map(({ check }) => check) : [],
    ),
  );
  return toldOf(impairments, now)
    .filter(({ id }) => !known.has(id))
    .map((impairment) => ownAlert(impairment, now));
};

const ownAlert = ({ id, place, since, cause, evidence }: Impairment, now: Instant): Alert => ({
  id: `${id}@${since}`,
  name: nobody,
  ...(place && { place }),
  isPublic: false,
  openedAt: now,
  troubles: [
    {
      check: id,
      state: place === undefined ? 'down' : 'degraded',
      since,
      outage: `${id}@${since}`,
      finding: { cause, evidence },
    },
  ],
  told: [],
});

const ownTroubles = (troubles: readonly Trouble[], { impairments }: View, now: Instant): readonly Trouble[] =>
  troubles.every(({ check }) => impairments.some(({ id }) => id === check))
    ? troubles
    : troubles.map((trouble) => ({
        ...trouble,
        end: { at: Math.max(now, trouble.since), how: 'recovered' },
      }));

/** Those that still hold: none is of use to whom it was for once all is well again. */
export const listen = (
  silences: readonly Silence[],
  before: readonly Alert[],
  after: readonly Alert[],
  view: View,
  now: Instant,
): readonly Silence[] => {
  if (silences.length === 0) return silences;
  const recovered = new Set(after.flatMap((alert) => recoveredSince(before, alert, view)));
  return silences.map((silence) => {
    const { subject, endedAt } = silence;
    const isOver = recovered.has(`${subject.kind}:${subject.id}`);
    return isOver && endedAt === undefined ? { ...silence, endedAt: now } : silence;
  });
};

const recoveredSince = (
  before: readonly Alert[],
  { id, service, troubles, endedAt }: Alert,
  view: View,
): readonly string[] => {
  const known = before.find((alert) => alert.id === id);
  const isOver = endedAt !== undefined && known?.endedAt === undefined;
  const hasRecovered = (trouble: Trouble): boolean =>
    known?.troubles.includes(trouble) !== true && !isUnsteady(checkSubject(trouble.check), view);
  const checks = troubles
    .filter((trouble) => !isOpen(trouble) && (isOver || hasRecovered(trouble)))
    .map(({ check }) => `check:${check}`);
  return isOver && service !== undefined ? [...checks, `service:${service}`] : checks;
};

export const isSilenced = (
  { check }: Trouble,
  { service }: Alert,
  silences: readonly Silence[],
  now: Instant,
): boolean =>
  silences.some(
    ({ subject, until, endedAt }) =>
      endedAt === undefined && now < until && subject.id === (subject.kind === 'check' ? check : service),
  );
