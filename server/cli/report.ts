// vigie report MONTH: a month of the services, as the running Vigie tells it.
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { reportWords } from '../../config/locales/report.ts';
import { UsageError } from './command.ts';
import type { Command } from './command.ts';
import { ask, environmentHelp, privateUrl } from './remote.ts';

const words = z.object({ fr: z.string(), en: z.string() });
const report = z.object({
  organisation: z.object({ name: z.string(), timezone: z.string() }),
  from: z.int(),
  isOver: z.boolean(),
  services: z.array(
    z.object({
      name: words,
      availability: z.number().optional(),
      downMs: z.int(),
      memberMinutesLost: z.int().optional(),
    }),
  ),
  outagesInAll: z.int(),
});

export const reportCommand: Command = {
  usage: 'report MONTH',
  summary: 'Tells what each service kept in a month, such as 2026-11.',
  details: `To be printed it is a page: /reports/MONTH of the private address.

${environmentHelp}`,
  run: async (args) => {
    const { positionals } = parseArgs({ args: [...args], allowPositionals: true, options: {} });
    const [month, ...more] = positionals;
    if (month === undefined || more.length > 0) throw new UsageError('one month is wanted, such as 2026-11');
    const path = `reports/${encodeURIComponent(month)}`;
    process.stdout.write(tell(await ask(report, `/api/v1/${path}`), privateUrl(path).href));
    return 0;
  },
};

const tell = (told: z.output<typeof report>, url: string): string => {
  const { title, month, percent, never, number, soFar } = reportWords.en;
  const { name, timezone } = told.organisation;
  const longest = Math.max(...told.services.map((service) => service.name.en.length));
  return [
    `${name}: ${title(month(told.from, timezone))}. ${told.isOver ? '' : soFar}`,
    '',
    ...told.services.map(({ name, availability, downMs, memberMinutesLost }) => {
      const share = availability === undefined ? never : percent(availability);
      const lost =
        memberMinutesLost === undefined ? '' : `, ${number(memberMinutesLost)} member-minutes lost`;
      const down = `down for ${number(Math.ceil(downMs / 60_000))} min`;
      return `${name.en.padEnd(longest)}  ${share.padStart(8)}  ${down}${lost}`;
    }),
    '',
    `${told.outagesInAll} outages. To print: ${url}`,
    '',
  ].join('\n');
};
