// The shape of what an operator writes; `complete.ts` makes of it the `Config` that the program gets.
import { z } from 'zod';
import { adjustable } from './adjustable.ts';
import type { Layer } from './config.ts';
import { duration, host, id, receiver, timezone } from './fields.ts';
import { maintenanceSchema } from './maintenance.ts';
import { selfCheckSchema } from './self-check.ts';
import { line, listOf, listen, parseSocket, textThat, words } from './texts.ts';

/** What the configuration needs to know of a check type. */
export interface KnownCheck {
  readonly kind: 'active' | 'passive' | 'derived';
  readonly title: string;
  readonly summary: string;
  readonly options: z.ZodObject;
  readonly phases: readonly string[];
  readonly slowMs: Readonly<Record<string, number>>;
  readonly defaults: { readonly everyMs: number; readonly timeoutMs: number };
  /** The host that is dialled; a check that is not probed has none, nor has one that looks at this machine alone. */
  target?(options: Readonly<Record<string, unknown>>): string | undefined;
  /** The time-out below which no probe with these options can end well; any will do, unless it is given. */
  timeoutMsMin?(options: Readonly<Record<string, unknown>>): number;
  /** Causes that it can say more about: see `CheckConfig`. */
  readonly askedOn?: readonly string[];
}

export type KnownChecks = Readonly<Record<string, KnownCheck>>;
export type Role = 'check' | 'witness';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

const vantagePoint = z.strictObject({
  id: id().describe('Names it for ever: a label in metrics.'),
  name: words(80).describe('What members call it.'),
});

/** Everything but the checks themselves, which are read one by one so that none hides the problems of another. */
export const rootSchema = z.strictObject({
  organisation: z
    .strictObject({
      name: line(80).describe('What members call it.'),
      timezone: timezone().describe('Time zone of dates and of cron expressions.'),
      languages: listOf(z.enum(['fr', 'en']), 'a list such as [fr, en]')
        .default(['fr', 'en'])
        .describe('Languages of the public page; the first one is for readers who ask for another.'),
      url: textThat((text) => URL.parse(text)?.protocol === 'https:', 'an address that begins with https://')
        .exactOptional()
        .describe("Address of the organisation's own site."),
      page: textThat((text) => URL.parse(text)?.protocol === 'https:', 'an address that begins with https://')
        .exactOptional()
        .describe('Address at which readers find the public page: what is read elsewhere leads back to it.'),
      contact: textThat(
        (text) => /^[\w.+-]{1,64}@(?:[a-z0-9-]{1,63}\.)+[a-z]{2,63}$/i.test(text),
        'an address of mail such as help@example.org',
      )
        .exactOptional()
        .describe(
          'Where members write of what does not work: the page prepares a message to it, and shows it.',
        ),
    })
    .describe('Whose services these are.'),
  listen: z
    .strictObject({
      public: listen().prefault('127.0.0.1:3210').describe('The status page. Port 0 takes a free one.'),
      private: listen().prefault('127.0.0.1:3211').describe('The console and /metrics.'),
      names: z
        .array(host())
        .max(20)
        .default([])
        .describe(
          'Names by which the private side is asked, by Prometheus or a reverse proxy, besides addresses and `localhost`; who comes by another one is refused.',
        ),
    })
    .prefault({})
    .describe('Where Vigie is to be found, both for a reverse proxy on the same machine.'),
  data: z
    .string()
    .min(1)
    .exactOptional()
    .describe('Folder of the database; relative to the folder of this file.'),
  resolvers: z
    .array(
      textThat(
        (text) => (parseSocket(text) ?? { port: 0 }).port !== 0,
        'an address such as 192.0.2.53 or [2001:db8::53]:5353',
      ),
    )
    .max(8)
    .default([])
    .describe("DNS servers to ask; the system's, if none."),
  retention: z
    .strictObject({
      results: duration({ minMs: dayMs }).prefault('35d').describe('How long every outcome is kept.'),
      evidence: duration({ minMs: dayMs })
        .prefault('400d')
        .describe('How long the evidence of outages is kept.'),
    })
    .prefault({})
    .describe('How long what was seen is kept.'),
  backup: z
    .strictObject({
      folder: z
        .string()
        .min(1)
        .describe('Folder of the copies, best on another disk; relative to the folder of this file.'),
      at: textThat((text) => /^(?:[01]\d|2[0-3]):[0-5]\d$/.test(text), 'a time of the day such as 03:30')
        .default('03:30')
        .describe("When, in the organisation's time zone."),
      keep: z.int().min(1).max(400).default(14).describe('How many copies are kept.'),
    })
    .exactOptional()
    .describe(
      'A copy of the database every day, looked through as `vigie fsck` does before it counts. Without it there is none.',
    ),
  flapping: z
    .boolean()
    .default(true)
    .describe(
      'Whether what changes its state six times in half an hour is told once, as the worst it was of late.',
    ),
  incidents: z
    .strictObject({
      'publish-after': z
        .union([z.literal('never'), duration({ minMs: 1_000, maxMs: dayMs })], {
          error: "a duration such as 15m, or 'never'",
        })
        .prefault('15m')
        .describe(
          'After so much of a confirmed outage of which nobody has spoken, the page says that it was noticed; or never.',
        ),
    })
    .prefault({})
    .describe('What is told of outages.'),
  defaults: adjustable.prefault({}).describe('For every check that does not write its own.'),
  'vantage-points': z
    .tuple([vantagePoint], vantagePoint)
    .prefault([{ id: 'local', name: { fr: 'ici', en: 'here' } }])
    .describe('Places to probe from; the first is where this Vigie runs.'),
  notify: z.array(z.unknown()).max(50).default([]).describe('Routes: who is told what, and how.'),
  'dead-mans-switch': z
    .array(
      z.strictObject({
        url: receiver().describe('What is asked for (GET): the address that such a service gives.'),
        every: duration({ minMs: 10_000, maxMs: hourMs }).prefault('60s').describe('Time between two signs.'),
      }),
    )
    .max(10)
    .default([])
    .describe(
      'Addresses elsewhere that get a sign of life, only while Vigie itself is well: when it stops, they raise the alarm.',
    ),
  'self-check': selfCheckSchema
    .exactOptional()
    .describe(
      'Lets members have their own site looked at, from the page. Without it, the page offers nothing of the kind.',
    ),
  subscriptions: z.unknown().optional().meta({
    type: 'object',
    description:
      'Lets members be told by mail what the page says. Without it, the page offers nothing of the kind. It wants `organisation.page`.',
  }),
  witnesses: z.array(z.unknown()).max(20).default([]).describe('Probed to know whether we can see at all.'),
  services: z.array(z.unknown()).min(1).max(500).describe('What members know by name.'),
  maintenance: z
    .array(maintenanceSchema)
    .max(200)
    .default([])
    .describe('Work that is announced: probes go on, alerts are held, and its time counts apart.'),
});

const dependsOn = () =>
  listOf(id(), 'a list of ids such as [network]').describe(
    'Services or checks it cannot do without: while one of them is down, its own outage is a consequence.',
  );

export const serviceSchema = z.strictObject({
  id: id().describe('Names it for ever: in metrics, and in addresses.'),
  name: words(80).describe('What members call it: one text, or { fr: …, en: … }.'),
  description: words(400).exactOptional().describe('One sentence for members.'),
  group: words(80).exactOptional().describe('Heading under which the page lists it.'),
  members: z.int().min(0).max(100_000_000).exactOptional().describe('How many members use it.'),
  'depends-on': dependsOn().exactOptional(),
  public: z.boolean().default(true).describe('false: no trace of it on the public page.'),
  checks: z.array(z.unknown()).min(1).max(500).describe('What is asked of its machines.'),
});

/** What a witness has beside the keys of a check. */
const witnessed = {
  layer: z
    .enum(['gateway', 'edge', 'operator', 'reference'] satisfies Layer[])
    .default('reference')
    .describe(
      'How far out it stands: our gateway, the far side of our edge, the operator behind it, or anybody else.',
    ),
  network: line(40)
    .exactOptional()
    .describe('The network or transit it is reached by, named when it fails: each network has one vote.'),
};
export const witnessSchema = z.object(witnessed);

const named = z.strictObject({
  type: z.string().describe('What is asked: one of the types below.'),
  id: id()
    .optional()
    .describe('Names it for ever. Unless written, the id of the service, if this is its only check.'),
});

const common = named.extend(adjustable.shape).extend({
  cron: z
    .string()
    .min(1)
    .max(200)
    .optional()
    .describe("When to probe, instead of `every`; such as '0 4 * * *'."),
  slow: z.record(z.string(), duration()).optional().describe('Above this, a phase (or the total) is slow.'),
  'vantage-points': listOf(id(), 'a list such as [paris, marseille]')
    .optional()
    .describe('Vantage points to probe from. Unless written, the first; of a witness, all of them.'),
  'depends-on': dependsOn().optional(),
  supporting: z.boolean().optional().describe('true: it can make its service degraded, never down.'),
  ...witnessed,
});
/** The keys that a check has whatever its type. */
export type WrittenCheck = Omit<z.output<typeof common>, keyof typeof witnessed>;

const unprobed = { every: true, cron: true, timeout: true, slow: true, learn: true } as const;
/** What is not probed is not asked how often: it is judged when something is received, or seen by the witnesses. */
const without = {
  active: {},
  passive: { ...unprobed, families: true, 'vantage-points': true },
  derived: unprobed,
} as const satisfies Record<KnownCheck['kind'], object>;

const commonFor = ({ kind }: Pick<KnownCheck, 'kind'>, role: Role) =>
  common
    .omit(without[kind])
    .omit(
      role === 'witness'
        ? { supporting: true, learn: true, 'depends-on': true }
        : { layer: true, network: true },
    );

/** The keys that a check of this kind has, whatever stands beside them. */
export const commonSchema = (type: KnownCheck, role: Role): z.ZodType<WrittenCheck> =>
  commonFor(type, role).strip();

/** The same for a check whose type is none of these. */
export const unknownTypeSchema = (names: readonly string[]): z.ZodType =>
  common
    .extend({ type: z.enum(names) })
    .omit({ slow: true })
    .strip();

/** What may be written for a check of this type: its options, and beside them the keys that every check has. */
export const checkSchema = (name: string, type: KnownCheck, role: Role): z.ZodObject => {
  const { shape } = commonFor(type, role).extend({ type: z.literal(name) });
  const taken = Object.keys(type.options.shape).find((key) => key in shape);
  if (taken !== undefined) throw new Error(`check type ${name}: the option ${taken} is a key of every check`);
  const phases = [...type.phases, 'total'].map((phase) => [phase, duration().optional()]);
  const slow = z.strictObject(Object.fromEntries(phases)).optional();
  return type.options.safeExtend('slow' in shape ? { ...shape, slow } : shape);
};
