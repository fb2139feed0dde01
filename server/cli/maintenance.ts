// vigie maintenance ACTION: announces work, ends it, takes it back.
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { UsageError } from './command.ts';
import type { Command } from './command.ts';
import { instantOf, timeOf } from './instants.ts';
import { ask, environmentHelp } from './remote.ts';

const window = z.object({
  id: z.string(),
  title: z.object({ fr: z.string(), en: z.string() }),
  services: z.array(z.string()),
  checks: z.array(z.string()),
  from: z.int(),
  until: z.int(),
  cancelled: z.boolean().optional(),
});
type Window = z.output<typeof window>;

const options = {
  fr: { type: 'string' },
  en: { type: 'string' },
  'text-fr': { type: 'string' },
  'text-en': { type: 'string' },
  service: { type: 'string', multiple: true },
  check: { type: 'string', multiple: true },
  from: { type: 'string' },
  to: { type: 'string' },
  all: { type: 'boolean', default: false },
} as const;

const parse = (args: readonly string[]) => parseArgs({ args: [...args], allowPositionals: true, options });
type Typed = ReturnType<typeof parse>['values'];

export const maintenanceCommand: Command = {
  usage: `maintenance ACTION … [${Object.keys(options)
    .map((name) => `--${name}`)
    .join('] [')}]`,
  summary: 'Announces work on services: alerts are held, and its time counts apart.',
  details: `add --fr TITLE [--en TITLE] --service ID… [--check ID…] [--from WHEN] --to WHEN [--text-fr TEXT] [--text-en TEXT]
list [--all]    what runs and what is to come; with --all, what is over too
end ID          it is over now, earlier than announced
cancel ID       it does not come, or never was: its time counts as it was seen

WHEN is 30m, 15:30 or 2026-11-22T15:30, on the clock of this machine; --from is now, unless it is written.
What recurs is written under maintenance: in the configuration.

${environmentHelp}`,
  run: async (args) => {
    const { values, positionals } = parse(args);
    const [action = '', id = '', ...more] = positionals;
    if (more.length > 0) throw new UsageError(`${JSON.stringify(more[0])} is one word too many`);
    if (action === 'list' && id === '') return list(values.all);
    if (action === 'add' && id === '') return show(await asked('', added(values)));
    if ((action === 'end' || action === 'cancel') && id !== '')
      return show(await asked(`/${encodeURIComponent(id)}/${action}`, {}));
    throw new UsageError('an action is wanted: add, list, end ID or cancel ID');
  },
};

const path = '/api/v1/maintenance';

const asked = async (more: string, body: unknown): Promise<Window> =>
  (await ask(z.object({ window }), `${path}${more}`, body)).window;

const added = ({
  fr,
  en,
  'text-fr': textFr,
  'text-en': textEn,
  service = [],
  check = [],
  from,
  to,
}: Typed) => {
  if (fr === undefined && en === undefined) throw new UsageError('a title is wanted: --fr, --en or both');
  if (to === undefined) throw new UsageError('an end is wanted: --to 2h');
  const text = toldOf(textFr, textEn);
  return {
    title: toldOf(fr, en),
    ...(Object.keys(text).length > 0 && { text }),
    services: service,
    checks: check,
    from: instantOf(from ?? '0s', 'ahead'),
    until: instantOf(to, 'ahead'),
  };
};

const toldOf = (fr: string | undefined, en: string | undefined) => ({
  ...(fr !== undefined && { fr }),
  ...(en !== undefined && { en }),
});

const list = async (all: boolean): Promise<number> => {
  const { windows } = await ask(z.object({ windows: z.array(window) }), path);
  const now = Temporal.Now.instant().epochMilliseconds;
  for (const one of windows.filter(({ until }) => all || until > now)) show(one);
  return 0;
};

const show = ({ id, title, services, checks, from, until, cancelled }: Window): number => {
  const what = [...services, ...checks.map((check) => `check ${check}`)].join(', ');
  const when = cancelled === true ? 'taken back' : `${timeOf(from)} to ${timeOf(until)}`;
  process.stdout.write(`${[id, title.fr, what, when].join(' · ')}\n`);
  return 0;
};
