// The configurations of a simulated host: what is watched, and what an administrator makes of it now and then.
import type { CheckConfig, Config, MaintenanceConfig } from '../../config/config.ts';
import { makeRoute } from '../support/alerting.ts';
import { hours, makeCheck, makeConfig, makeService, minutes, seconds } from '../support/watch.ts';
import { pupil } from './pupil.ts';
import type { Random } from './random.ts';

/** Every night, at a time that one night does not have and another has twice. */
export const upkeep = {
  id: 'upkeep',
  title: { fr: 'Entretien', en: 'Upkeep' },
  services: ['hosting'],
  checks: [],
  recurring: {
    wallStart: '2026-01-01T02:30:00',
    rule: 'FREQ=DAILY',
    timezone: 'Europe/Paris',
    durationMs: 45 * minutes,
  },
} as const satisfies MaintenanceConfig;

/** Services of which somebody may plan work besides. */
export const byHand = ['data', 'network'] as const;

export interface Network {
  readonly usual: Config;
  /** Something else that an administrator may write. */
  readonly other: (random: Random) => Config;
}

/** `pace`: how often things are probed, as a multiple of twenty seconds; `learns`: what of one is usual is learned. */
export const networkOf = (pace: number, learns: boolean): Network => {
  const every = (everyMs: number) => {
    const pacedMs = Math.min(everyMs * pace, hours);
    return {
      schedule: { kind: 'every', everyMs: pacedMs },
      policy: { staleMs: 3 * pacedMs + 10 * seconds },
    } as const;
  };
  const web = makeCheck('web', { ...every(20 * seconds), families: [4, 6] });
  const panel = makeCheck('panel', { ...every(30 * seconds), timeoutMs: 2 * seconds });
  const files = makeCheck('files', { ...every(minutes), supporting: true });
  const db = makeCheck(pupil.check, {
    ...every(20 * seconds),
    ...(learns && { learn: { overMs: 130 * seconds } }),
  });
  // Looked at again so soon that three failures do not yet last long enough.
  const hasty = every(20 * seconds);
  const names = makeCheck('names', {
    ...hasty,
    timeoutMs: 5 * seconds,
    policy: { ...hasty.policy, recheckMs: 2 * seconds },
  });
  const domain = makeCheck('domain', every(hours));
  // The second one is never ill by itself: a network of which all witnesses are ill is one that nobody can judge.
  const [near, far] = [makeCheck('near', every(30 * seconds)), makeCheck('far', every(30 * seconds))];
  const gateway = { ...makeCheck('gateway', every(30 * seconds)), layer: 'gateway' as const };
  const uplink = { ...makeCheck('uplink', every(30 * seconds)), type: 'uplink', derived: true } as const;
  const hosting = [web, panel, files];
  const usual = { hosting, data: [db], network: [names, domain] };
  const others: readonly [Services, ...Services[]] = [
    usual,
    { ...usual, hosting: [web, files] },
    { ...usual, hosting: [web, panel, { ...files, supporting: false }] },
    { ...usual, hosting: [{ ...web, families: [4] }, panel, files] },
    { hosting: [web, files], data: [db, panel], network: [names, domain] },
    { hosting, network: [names, domain] },
    { ...usual, data: [makeCheck(pupil.check, every(minutes))] },
  ];
  const watching = (services: Services, witnesses: readonly CheckConfig[], told = routes): Config => ({
    ...makeConfig(
      Object.entries({ reach: [uplink], ...services }).map(([id, checks]) => ({
        ...makeService(id, checks),
        ...(dependants.has(id) && { dependsOn: [{ kind: 'check' as const, id: uplink.id }] }),
      })),
      [...witnesses, gateway],
    ),
    maintenance: [upkeep],
    routes: told,
  });
  return {
    usual: watching(usual, [near, far]),
    other: (random) =>
      watching(
        random.pick(others),
        random.pick([[near, far], [near, far], [far]]),
        random.pick([routes, routes, [mail, phone]]),
      ),
  };
};

const mail = makeRoute('mail', { fallback: 'phone', repeatMs: [hours, 4 * hours] });
const phone = makeRoute('phone', { afterMs: 30 * minutes, severity: 'down' });
// It sleeps through the hour that one night does not have, and another has twice.
const chat = makeRoute('chat', { hours: { fromMinute: 4 * 60, toMinute: 2 * 60 } });
const board = makeRoute('board', { audience: 'public' });
const routes = [mail, phone, chat, board];

/** Services that nobody reaches without the uplink. */
const dependants: ReadonlySet<string> = new Set(['hosting', 'data']);

type Services = Readonly<Record<string, readonly CheckConfig[]>>;

/** The series of the usual configuration that may fall ill, by check. */
export const patients: readonly (readonly string[])[] = [
  ['web/local/4', 'web/local/6'],
  ['panel/local/4'],
  ['files/local/4'],
  ['db/local/4'],
  ['names/local/4'],
  ['domain/local/4'],
  ['near/local/4'],
];

export const allSeries: readonly string[] = [...patients.flat(), 'far/local/4'];
