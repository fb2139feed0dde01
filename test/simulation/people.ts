// What people do meanwhile: they take alerts, mute them, plan work, and tell the members.
import type { Deed } from '../../server/core/incidents/write.ts';
import { isOpen } from '../../server/core/incidents/incident.ts';
import type { Window } from '../../server/core/maintenance.ts';
import { plan } from '../../server/core/planning.ts';
import type { Plan } from '../../server/core/planning.ts';
import type { Subject } from '../../server/core/effects.ts';
import { hours, minutes } from '../support/watch.ts';
import type { Scene } from './faults.ts';
import { byHand } from './network.ts';
import type { Random } from './random.ts';

type Act = (scene: Scene, random: Random) => void;

const some = <T>(of: readonly T[], random: Random): T | undefined => of[random.int(0, of.length - 1)];

export const acknowledge: Act = ({ vigie, trace }, random) => {
  const alert = some(vigie.alerts?.alerts.filter(({ endedAt }) => endedAt === undefined) ?? [], random);
  if (alert === undefined) return;
  trace(`somebody takes ${alert.id}`);
  vigie.observer?.act({ kind: 'acknowledge', alert: alert.id, by: 'anne' });
};

/** Of a service or a check; now and then it is taken back. */
export const mute: Act = ({ time, vigie, trace }, random) => {
  const silence = some(vigie.alerts?.silences ?? [], random);
  if (silence !== undefined && random.chance(0.5)) {
    trace(`${silence.id} is taken back`);
    vigie.observer?.act({ kind: 'unsilence', silence: silence.id });
    return;
  }
  const service = random.pick(['hosting', 'data', 'network']);
  const check = some(vigie.watch?.services.get(service)?.checks ?? [], random)?.config.id;
  const subject: Subject =
    check === undefined || random.chance(0.5)
      ? { kind: 'service', id: service }
      : { kind: 'check', id: check };
  const until = time.clock.now() + Math.round(random.logUniform(5 * minutes, 12 * hours));
  trace(`${subject.kind} ${subject.id} is muted until ${new Date(until).toISOString()}`);
  vigie.observer?.act({ kind: 'silence', subject, by: 'anne', reason: 'it is known', until });
};

/** A window for one of two services, which begins now or soon; or an end of one, or none at all. */
export const planWork: Act = ({ time, vigie, trace }, random) => {
  const { watch, observer } = vigie;
  if (watch === undefined || observer === undefined) return;
  const now = time.clock.now();
  const known = watch.maintenance.windows(now).filter(({ plan, until }) => plan === undefined && until > now);
  const window = some(known, random);
  const wanted: Plan =
    window !== undefined && random.chance(0.5)
      ? { kind: random.pick(['end', 'cancel']), id: window.id }
      : { kind: 'add', window: workOf(now, random) };
  const { services, checks, maintenance } = watch;
  const planned = plan(wanted, { maintenance, services, checks, timezone: 'Europe/Paris', now });
  if (typeof planned === 'string') return;
  trace(`work: ${wanted.kind} ${planned.id} from ${iso(planned.from)} to ${iso(planned.until)}`);
  // Who is told that the disk is full tries again another day.
  observer.plan(planned).catch(() => {});
};

const workOf = (now: number, random: Random): Omit<Window, 'id' | 'plan' | 'cancelled'> => {
  const from = now + (random.chance(0.5) ? 0 : random.int(0, 2 * hours));
  const until = from + Math.round(random.logUniform(5 * minutes, 6 * hours));
  return { title: { fr: 'Travaux', en: 'Work' }, services: [random.pick(byHand)], checks: [], from, until };
};

/** Updates with a promise, the end, other words, and now and then an incident that nothing measured. */
export const tellMembers: Act = ({ time, vigie, trace }, random) => {
  const { incidents } = vigie;
  if (incidents === undefined) return;
  const incident = some([...incidents.all.values()].filter(isOpen), random);
  const deed = deedOn(incident?.updates.at(-1)?.version, time.clock.now(), random);
  if (deed.kind !== 'opened' && incident === undefined) return;
  trace(`somebody writes: ${deed.kind}`);
  incidents.write('anne', incident?.id, deed).catch(() => {});
};

const said = { fr: 'Nous cherchons.', en: 'We are looking.' };

const deedOn = (update: number | undefined, now: number, random: Random): Deed => {
  const choice = random.int(0, 9);
  if (choice === 0) return { kind: 'opened', title: { fr: 'Panne', en: 'Failure' }, services: [] };
  if (choice === 1 && update !== undefined) return { kind: 'edited', update, said };
  if (choice <= 3) return { kind: random.pick(['published', 'hidden']) };
  if (choice === 4) return { kind: 'amended', title: { fr: 'Autre chose', en: 'Something else' } };
  if (choice <= 6) return { kind: 'updated', phase: 'resolved', said };
  const nextAt = now + Math.round(random.logUniform(10 * minutes, 6 * hours));
  return { kind: 'updated', phase: random.pick(['identified', 'monitoring']), said, nextAt };
};

const iso = (at: number): string => new Date(at).toISOString();
