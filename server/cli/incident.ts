// vigie incident ACTION: reads what is told of outages, and writes it.
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { phases } from '../core/incidents/incident.ts';
import { CommandFailure, UsageError } from './command.ts';
import type { Command } from './command.ts';
import { instantOf, timeOf } from './instants.ts';
import { ask, environmentHelp } from './remote.ts';

const told = z.object({ fr: z.string().optional(), en: z.string().optional() });
const incident = z.object({
  id: z.int(),
  title: told.optional(),
  services: z.array(z.string()),
  phase: z.enum(phases),
  isPublic: z.boolean(),
  startedAt: z.int(),
  mergedInto: z.int().optional(),
  updates: z.array(
    z.object({
      version: z.int(),
      at: z.int(),
      phase: z.enum(phases),
      said: z.union([z.string(), told]),
      nextAt: z.int().optional(),
      editedAt: z.int().optional(),
    }),
  ),
  postMortem: z.object({ said: told, at: z.int() }).optional(),
});
type Incident = z.output<typeof incident>;
const one = z.object({ incident });

const options = {
  fr: { type: 'string' },
  en: { type: 'string' },
  'title-fr': { type: 'string' },
  'title-en': { type: 'string' },
  service: { type: 'string', multiple: true },
  phase: { type: 'string' },
  next: { type: 'string' },
  at: { type: 'string' },
  since: { type: 'string' },
  all: { type: 'boolean', default: false },
} as const;

const parse = (args: readonly string[]) => parseArgs({ args: [...args], allowPositionals: true, options });
type Typed = ReturnType<typeof parse>['values'];
type Entry = (numbers: readonly number[], typed: Typed) => Readonly<Record<string, unknown>>;

export const incidentCommand: Command = {
  usage: 'incident ACTION …',
  summary: 'Tells readers of an outage: drafts, updates, publishes, resolves.',
  details: `new --title-fr TEXT [--service ID]… [--since WHEN]
update ID --fr TEXT [--phase ${phases.slice(0, -1).join('|')}] [--next WHEN] [--at WHEN]
                              a phase opens again what is resolved
resolve ID --fr TEXT [--at WHEN]
publish ID, hide ID           for readers, or for nobody but administrators
edit ID VERSION --fr TEXT     other words for an update; those before are kept
amend ID [--title-fr TEXT] [--service ID]… [--since WHEN]
merge ID INTO                 one of two that tell of the same
post-mortem ID --fr TEXT
list [--all], show ID

Each TEXT in French (--fr, --title-fr), in English (--en, --title-en) or in both; @FILE reads it from a file.
WHEN is 30m, 15:30 or 2026-11-22T15:30+01:00. --next promises the next update by then.

${environmentHelp}`,
  run: async (args) => {
    const { values, positionals } = parse(args);
    const [action = '', ...words] = positionals;
    const numbers = words.map(numberOf);
    if (action === 'list') return list(values.all);
    if (action === 'show') return show((await ask(one, `/api/v1/incidents/${only(numbers)}`)).incident);
    if (action === 'new') return show((await ask(one, '/api/v1/incidents', opening(values))).incident);
    const entry = Object.hasOwn(entries, action) ? entries[action] : undefined;
    const [id] = numbers;
    if (entry === undefined || id === undefined)
      throw new UsageError('an action is wanted, and mostly the number of an incident');
    return show(
      (await ask(one, `/api/v1/incidents/${id}/entries`, entry(numbers.slice(1), values))).incident,
    );
  },
};

const entries: Readonly<Record<string, Entry>> = {
  update: (_, typed) => update(typed, typed.phase),
  resolve: (_, typed) => update(typed, 'resolved'),
  publish: () => ({ kind: 'published' }),
  hide: () => ({ kind: 'hidden' }),
  edit: (numbers, typed) => ({ kind: 'edited', update: only(numbers), said: saidOf(typed) }),
  amend: (_, typed) => ({ kind: 'amended', ...detailsOf(typed) }),
  merge: (numbers) => ({ kind: 'merged', into: only(numbers) }),
  'post-mortem': (_, typed) => ({ kind: 'post-mortem', said: saidOf(typed) }),
};

const opening = (typed: Typed) => {
  const { title, ...details } = detailsOf(typed);
  if (title === undefined) throw new UsageError('a title is wanted: --title-fr, --title-en or both');
  return { title, ...details };
};

const update = (typed: Typed, phase: string | undefined) => ({
  kind: 'updated',
  said: saidOf(typed),
  ...(phase !== undefined && { phase }),
  ...(typed.next !== undefined && { nextAt: instantOf(typed.next, 'ahead') }),
  ...(typed.at !== undefined && { at: instantOf(typed.at, 'ago') }),
});

const detailsOf = ({ 'title-fr': fr, 'title-en': en, service, since }: Typed) => ({
  ...((fr !== undefined || en !== undefined) && { title: toldOf(fr, en) }),
  ...(service && { services: service }),
  ...(since !== undefined && { startedAt: instantOf(since, 'ago') }),
});

const saidOf = ({ fr, en }: Typed) => {
  if (fr === undefined && en === undefined) throw new UsageError('a text is wanted: --fr, --en or both');
  return toldOf(fr, en);
};

const toldOf = (fr: string | undefined, en: string | undefined) => ({
  ...(fr !== undefined && { fr: textOf(fr) }),
  ...(en !== undefined && { en: textOf(en) }),
});

const textOf = (typed: string): string => {
  if (!typed.startsWith('@')) return typed;
  try {
    return readFileSync(typed.slice(1), 'utf8');
  } catch (cause) {
    throw new CommandFailure(`${typed.slice(1)} cannot be read`, { cause });
  }
};

const numberOf = (word: string): number => {
  if (!/^\d{1,9}$/.test(word)) throw new UsageError(`${JSON.stringify(word)} is not a number`);
  return Number(word);
};

const only = ([number, ...more]: readonly number[]): number => {
  if (number === undefined || more.length > 0) throw new UsageError('one number is wanted');
  return number;
};

const page = z.object({ incidents: z.array(incident), next: z.int().optional() });

const list = async (all: boolean): Promise<number> => {
  let before: number | undefined;
  do {
    const query = before === undefined ? '' : `?before=${before}`;
    const { incidents, next } = await ask(page, `/api/v1/incidents${query}`);
    for (const one of incidents.filter((one) => all || isOpen(one))) process.stdout.write(`${headOf(one)}\n`);
    before = next;
  } while (before !== undefined);
  return 0;
};

const isOpen = ({ phase, mergedInto }: Incident): boolean => phase !== 'resolved' && mergedInto === undefined;

const show = (one: Incident): number => {
  const updates = one.updates.map(
    ({ version, at, phase, said, nextAt, editedAt }) =>
      `  ${version}  ${timeOf(at)}  ${phase}: ${wordsOf(said)}` +
      (nextAt === undefined ? '' : ` (next by ${timeOf(nextAt)})`) +
      (editedAt === undefined ? '' : ` (edited ${timeOf(editedAt)})`),
  );
  const learnt =
    one.postMortem === undefined
      ? []
      : [`  post-mortem  ${timeOf(one.postMortem.at)}: ${wordsOf(one.postMortem.said)}`];
  process.stdout.write(`${[headOf(one), ...updates, ...learnt].join('\n')}\n`);
  return 0;
};

const headOf = ({ id, title, services, phase, isPublic, startedAt, mergedInto }: Incident): string =>
  [
    `incident ${id}`,
    ...(title ? [wordsOf(title)] : []),
    services.join(', '),
    mergedInto === undefined ? phase : `merged into ${mergedInto}`,
    isPublic ? 'published' : 'not published',
    `since ${timeOf(startedAt)}`,
  ]
    .filter(Boolean)
    .join(' · ');

const wordsOf = (said: string | z.output<typeof told>): string =>
  typeof said === 'string' ? `(${said})` : (said.fr ?? said.en ?? '');
