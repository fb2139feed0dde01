// vigie alerts, acknowledge, silence: what administrators see and do about what is wrong.
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { CommandFailure, UsageError } from './command.ts';
import type { Command } from './command.ts';
import { instantOf, timeOf } from './instants.ts';
import { ask, environmentHelp } from './remote.ts';

const words = z.object({ fr: z.string(), en: z.string() });
const alert = z.object({
  id: z.string(),
  name: words,
  state: z.string(),
  startedAt: z.int(),
  troubles: z.array(
    z.object({
      check: z.string(),
      cause: z.string(),
      evidence: z.string(),
      endedAt: z.int().optional(),
      held: z.enum(['parent', 'maintenance']).optional(),
    }),
  ),
  acknowledgement: z.object({ by: z.string(), at: z.int(), note: z.string().optional() }).optional(),
  silence: z.object({ by: z.string(), until: z.int(), reason: z.string() }).optional(),
  letters: z.array(
    z.object({
      route: z.string(),
      kind: z.string(),
      at: z.int(),
      fate: z.string(),
      fatedAt: z.int().optional(),
      evidence: z.string().optional(),
    }),
  ),
  get consequences() {
    return z.array(alert);
  },
});
type Alert = z.output<typeof alert>;
const silence = z.object({
  id: z.string(),
  subject: z.object({ kind: z.string(), id: z.string() }),
  by: z.string(),
  reason: z.string(),
  until: z.int(),
});
const window = z.object({
  id: z.string(),
  title: words,
  services: z.array(z.string()),
  checks: z.array(z.string()),
  until: z.int(),
});
const board = z.object({
  alerts: z.array(alert),
  silences: z.array(silence),
  maintenance: z.array(window),
});
const done = z.object({ done: z.string() });

const path = '/api/v1/alerts';

export const alerts: Command = {
  usage: 'alerts [--json]',
  summary: 'Lists the open alerts under their cause, and what is silenced or in maintenance.',
  details: environmentHelp,
  run: async (args) => {
    const { values } = parseArgs({ args: [...args], options: { json: { type: 'boolean', default: false } } });
    if (values.json) {
      process.stdout.write(`${JSON.stringify(await ask(z.unknown(), path))}\n`);
      return 0;
    }
    const { alerts, silences, maintenance } = await ask(board, path);
    const lines = [
      ...alerts.flatMap((alert) => linesOf(alert)),
      ...silences.map(muted),
      ...maintenance.map(planned),
    ];
    process.stdout.write(lines.length === 0 ? 'no alert\n' : `${lines.join('\n')}\n`);
    return 0;
  },
};

export const acknowledge: Command = {
  usage: 'acknowledge ALERT [--note TEXT]',
  summary: 'Takes an alert: reminders and escalation stop.',
  details: `ALERT is its id, or the id of its service, as \`vigie alerts\` shows them.

${environmentHelp}`,
  run: async (args) => {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { note: { type: 'string' } },
    });
    const [wanted, ...more] = positionals;
    if (wanted === undefined || more.length > 0) throw new UsageError('one alert is wanted');
    const all = flat((await ask(board, path)).alerts);
    const found = all.find(({ id }) => id === wanted || id.startsWith(`service:${wanted}@`));
    if (found === undefined) throw new CommandFailure(`there is no alert ${JSON.stringify(wanted)}`);
    await ask(done, `${path}/${encodeURIComponent(found.id)}/acknowledgement`, {
      ...(values.note !== undefined && { note: values.note }),
    });
    process.stdout.write(`${found.id} is yours\n`);
    return 0;
  },
};

export const silenceCommand: Command = {
  usage: 'silence SUBJECT [--for WHEN] [--reason TEXT] [--end]',
  summary: 'Mutes alerts of a service or a check, until a time or its recovery.',
  details: `SUBJECT is service:ID or check:ID; of a silence to be ended, its id, as \`vigie alerts\` shows it.
--for WHEN      30m, 15:30 or 2026-11-22T15:30+01:00; both it and the reason must be given
--reason TEXT
--end           ends a silence

${environmentHelp}`,
  run: async (args) => {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        for: { type: 'string' },
        reason: { type: 'string' },
        end: { type: 'boolean', default: false },
      },
    });
    const [subject = '', ...more] = positionals;
    if (more.length > 0) throw new UsageError('one subject is wanted');
    if (values.end) {
      await ask(done, `/api/v1/silences/${encodeURIComponent(subject)}/end`, {});
      process.stdout.write(`${subject} is heard again\n`);
      return 0;
    }
    const [, kind, id] = /^(service|check):([^@]+)$/.exec(subject) ?? [];
    if (kind === undefined) throw new UsageError('service:ID or check:ID is wanted');
    if (values.for === undefined || values.reason === undefined)
      throw new UsageError('a silence has an end and a reason: --for and --reason');
    const until = instantOf(values.for, 'ahead');
    await ask(done, '/api/v1/silences', { subject: { kind, id }, reason: values.reason, until });
    process.stdout.write(`${subject} is silent until ${timeOf(until)}\n`);
    return 0;
  },
};

const flat = (alerts: readonly Alert[]): readonly Alert[] =>
  alerts.flatMap((alert) => [alert, ...flat(alert.consequences)]);

const linesOf = (alert: Alert, indent = ''): readonly string[] => {
  const { id, name, state, startedAt, troubles, acknowledgement, silence, letters, consequences } = alert;
  const owner =
    acknowledgement === undefined
      ? 'nobody has it'
      : `taken by ${acknowledgement.by}${acknowledgement.note === undefined ? '' : `: ${acknowledgement.note}`}`;
  return [
    `${indent}${id} · ${name.fr} · ${state} · since ${timeOf(startedAt)} · ${owner}`,
    ...(silence === undefined ? [] : [`${indent}  silent until ${timeOf(silence.until)}: ${silence.reason}`]),
    ...troubles.map(
      ({ check, cause, evidence, endedAt, held }) =>
        `${indent}  ${check}: ${cause}: ${evidence}` +
        (endedAt === undefined ? '' : ` (works again since ${timeOf(endedAt)})`) +
        (held === undefined ? '' : ` (nobody is told: ${heldBy[held]})`),
    ),
    ...letters.map(
      ({ route, kind, at, fate, fatedAt, evidence }) =>
        `${indent}  ${timeOf(at)} ${kind} to ${route}: ${fate}` +
        (fatedAt === undefined ? '' : ` ${timeOf(fatedAt)}`) +
        (evidence === undefined ? '' : ` (${evidence})`),
    ),
    ...consequences.flatMap((consequence) => linesOf(consequence, `${indent}    `)),
  ];
};

const heldBy = { parent: 'its cause is out', maintenance: 'maintenance' } as const;

const muted = ({ id, by, reason, until }: z.output<typeof silence>): string =>
  `silence ${id} · until ${timeOf(until)} · by ${by}: ${reason}`;

const planned = ({ id, title, services, checks, until }: z.output<typeof window>): string =>
  `maintenance ${id} · until ${timeOf(until)} · ${[...services, ...checks].join(' ')}: ${title.fr}`;
