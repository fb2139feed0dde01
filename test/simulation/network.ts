// The configurations of a simulated host: what is watched, and what an administrator makes of it now and then.
import type { CheckConfig, Config } from '../../config/config.ts';
import { hours, makeCheck, makeConfig, makeService, minutes, seconds } from '../support/watch.ts';
import type { Random } from './random.ts';

const every = (everyMs: number) =>
  ({ schedule: { kind: 'every', everyMs }, policy: { staleMs: 3 * everyMs + 10 * seconds } }) as const;

const web = makeCheck('web', { families: [4, 6] });
const panel = makeCheck('panel', { ...every(30 * seconds), timeoutMs: 2 * seconds });
const files = makeCheck('files', { ...every(minutes), supporting: true });
const db = makeCheck('db');
// Looked at again so soon that three failures do not yet last long enough.
const names = makeCheck('names', { timeoutMs: 5 * seconds, policy: { recheckMs: 2 * seconds } });
const domain = makeCheck('domain', every(hours));

/** The second one is never ill by itself: a network of which all witnesses are ill is one that nobody can judge. */
const witnesses = [makeCheck('near', every(30 * seconds)), makeCheck('far', every(30 * seconds))];

const services = (part: { readonly [id: string]: readonly CheckConfig[] }) =>
  Object.entries(part).map(([id, checks]) => makeService(id, checks));

const usual = { hosting: [web, panel, files], data: [db], network: [names, domain] };

export const usualConfig: Config = makeConfig(services(usual), witnesses);

/** Something else that an administrator may write. */
export const otherConfig = (random: Random): Config =>
  makeConfig(
    services(
      random.pick([
        usual,
        { ...usual, hosting: [web, files] },
        { ...usual, hosting: [web, panel, { ...files, supporting: false }] },
        { ...usual, hosting: [{ ...web, families: [4] }, panel, files] },
        { hosting: [web, files], data: [db, panel], network: [names, domain] },
        { hosting: [web, panel, files], network: [names, domain] },
        { ...usual, data: [makeCheck('db', every(minutes))] },
      ]),
    ),
    random.pick([witnesses, witnesses, witnesses.slice(1)]),
  );

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
