// The reference of options, in Markdown: everything that an operator may write, as the schemas have it.
import { z } from 'zod';
import type { CheckType } from '../../checks/lib/contract.ts';
import { causes } from '../../checks/lib/outcome.ts';
import { tlsFields } from '../../checks/lib/tls.ts';
import { formatDuration, kindsByPattern } from '../../config/fields.ts';
import { en } from '../../config/locales/en.ts';
import { asWritten } from '../../config/json-schema.ts';
import { routeSchema } from '../../config/routes.ts';
import type { KnownNotifier, KnownNotifiers } from '../../config/routes.ts';
import { commonSchema, rootSchema, serviceSchema, witnessSchema } from '../../config/schema.ts';
import { subscriptionsSchema } from '../../config/subscriptions.ts';

type CheckTypes = Readonly<Record<string, CheckType>>;

export const reference = (types: CheckTypes, notifiers: KnownNotifiers): string => {
  const [anyType] = Object.values(types).filter(({ kind }) => kind === 'active');
  if (anyType === undefined) throw new Error('there is no type that is probed');
  const parts = [
    introduction,
    '## The file',
    tableOf(rootSchema),
    '## Services',
    'The items of `services`.',
    tableOf(serviceSchema),
    '## Checks',
    'The items of `checks`; of `witnesses` too, but for `supporting` and `learn`. Whatever its type, a check has these keys, and beside them the options of its type. What it does not write is taken from `defaults`, and what is not there from here or from its type. A check that is heard and not probed has no `every`, `cron`, `timeout`, `families`, `slow` and `learn`.',
    tableOf(commonSchema(anyType, 'check')),
    '## Witnesses',
    'What the items of `witnesses` have beside the keys of a check.',
    tableOf(witnessSchema),
    '## TLS',
    'The options of every type that speaks TLS.',
    tableOf(z.strictObject(tlsFields)),
    ...Object.entries(types).flatMap(([name, type]) => sectionOf(name, type)),
    '## Routes',
    'The items of `notify`. Whatever its type, a route has these keys, and beside them the options of its notifier.',
    tableOf(routeSchema),
    ...Object.entries(notifiers).flatMap(([name, notifier]) => sectionOfNotifier(name, notifier)),
    '## Subscriptions',
    'What stands under `subscriptions`.',
    tableOf(subscriptionsSchema(notifiers) ?? z.strictObject({})),
    '## Causes',
    'Why a check is degraded or down, as `/metrics` and `/api/v1/status` name it, and as the page says it.',
    table(
      ['cause', 'what the page says'],
      causes.map((cause) => [code(cause), en.cause[cause]]),
    ),
  ];
  return `${parts.join('\n\n')}\n`;
};

const introduction = `# Reference of options

Everything that may stand in \`vigie.yaml\`. Written by \`npx vigie schema --reference\`, from the schemas that read it: change those,
not this. [globenet.example.yaml](globenet.example.yaml) shows most of it at work.

A *duration* is \`50ms\`, \`20s\`, \`5m\`, \`1h\` or \`30d\`; a *size* is \`512B\`, \`64kB\` or \`1MB\`; a *percentage* is \`20%\`. A *secret* is never
written into the file: it is \`{ env: NAME }\`, a variable of the environment, or \`{ file: PATH }\`. An option with a dot is one inside
another, and *required* where the other is written; \`[]\` stands for each item of a list, \`NAME\` for a key that one chooses.`;

const sectionOf = (name: string, type: CheckType): readonly string[] => {
  const { kind, title, summary, options, phases, slowMs, defaults } = type;
  const own = Object.entries(options.shape).filter(([key, field]) => shapeOfTls.get(key) !== field);
  const speaksTls = own.length < Object.keys(options.shape).length;
  const slow = Object.entries(slowMs).map(([phase, ms]) => `${code(phase)} ${formatDuration(ms)}`);
  const facts = [
    how[kind](formatDuration(defaults.everyMs), formatDuration(defaults.timeoutMs)),
    ...(phases.length > 0 ? [`Phases: ${phases.map(code).join(', ')}.`] : []),
    ...(slow.length > 0 ? [`Slow above: ${slow.join(', ')}.`] : []),
    ...(speaksTls ? ['It has the options of [TLS](#tls) too.'] : []),
  ];
  return [
    `## \`${name}\``,
    `**${title}**: ${summary}`,
    facts.join(' '),
    own.length === 0 ? 'It has no options of its own.' : tableOf(z.strictObject(Object.fromEntries(own))),
  ];
};

const how: Readonly<Record<CheckType['kind'], (every: string, timeout: string) => string>> = {
  active: (every, timeout) => `Probed every ${every}, with a time-out of ${timeout}.`,
  passive: (every) => `Heard and not probed; judged every ${every}.`,
  derived: () => 'Not probed: every round of the witnesses is an outcome, over each of their families.',
};

const sectionOfNotifier = (name: string, { title, summary, options, audience }: KnownNotifier) => [
  `## Notifier \`${name}\``,
  `**${title}**: ${summary}${audience === 'public' ? ' Its `audience` is `public`, unless written.' : ''}`,
  tableOf(options),
];

const shapeOfTls: ReadonlyMap<string, unknown> = new Map(Object.entries(tlsFields));

type Scalar = string | number | boolean;

/** What is read here of a JSON Schema. */
interface Shape {
  readonly type?: string;
  readonly description?: string;
  readonly default?: Scalar | object;
  /** What holds unless the configuration says otherwise elsewhere. */
  readonly usually?: Scalar | object;
  readonly const?: Scalar;
  readonly enum?: readonly Scalar[];
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly items?: Shape;
  readonly properties?: Readonly<Record<string, Shape>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: Shape | boolean;
  readonly anyOf?: readonly Shape[];
  /** Only a secret has it: the places where it may be. */
  readonly oneOf?: readonly Shape[];
}

const tableOf = (schema: z.ZodType): string =>
  table(['option', 'what may be written', 'unless written', ''], rowsOf(asWritten(schema), ''));

/** One row an option, each before those inside it. */
const rowsOf = ({ properties = {}, required = [] }: Shape, path: string, isOneOfSeveral = false): Rows =>
  Object.entries(properties).flatMap(([key, shape]) => {
    const isRequired = !isOneOfSeveral && required.includes(key) && shape.default === undefined;
    return [
      [
        code(path + key),
        kindOf(shape),
        isRequired ? '*required*' : defaultOf(shape.usually ?? shape.default),
        shape.description ?? '',
      ],
      ...within(shape, path + key),
    ];
  });

const within = (shape: Shape, path: string, isOneOfSeveral = false): Rows => {
  const { properties, items, anyOf = [], additionalProperties } = shape;
  return [
    ...(properties === undefined ? [] : rowsOf(shape, `${path}.`, isOneOfSeveral)),
    ...(items === undefined ? [] : within(items, `${path}[]`)),
    ...anyOf.flatMap((one) => within(one, path, true)),
    ...(typeof additionalProperties === 'object' ? within(additionalProperties, `${path}.NAME`) : []),
  ];
};

const kindOf = (shape: Shape): string => alternatives.format(new Set(kindsOf(shape)));
const alternatives = new Intl.ListFormat('en-GB', { type: 'disjunction' });

const kindsOf = (shape: Shape): readonly string[] => {
  const { anyOf, enum: values, const: constant, type } = shape;
  if (anyOf) return anyOf.flatMap(kindsOf);
  if (values) return values.map((value) => code(String(value)));
  if (constant !== undefined) return [code(String(constant))];
  return type === 'boolean' ? [code('true'), code('false')] : [singleKindOf(shape)];
};

const singleKindOf = (shape: Shape): string => {
  const { type, oneOf, items, pattern = '', minimum, maximum } = shape;
  if (oneOf) return 'secret';
  if (type === 'array') return items?.type || items?.anyOf ? `list of ${kindOf(items)}` : 'list';
  if (type === 'object') return kindOfObject(shape);
  if (type === 'integer') return ['whole number', rangeOf(minimum, maximum)].join(' ').trim();
  if (type === 'number') return ['number', rangeOf(minimum, maximum)].join(' ').trim();
  if (type === 'null') return code('null');
  return kindsByPattern.get(pattern) ?? 'text';
};

const kindOfObject = ({ properties, additionalProperties }: Shape): string => {
  if (properties) return code(`{ ${Object.keys(properties).join(', ')} }`);
  return typeof additionalProperties === 'object' ? `NAME: ${kindOf(additionalProperties)}` : 'mapping';
};

const rangeOf = (minimum?: number, maximum = Infinity): string => {
  if (minimum === undefined) return '';
  return maximum < Number.MAX_SAFE_INTEGER ? `from ${minimum} to ${maximum}` : `from ${minimum}`;
};

/** As one would write it in YAML; what is empty says nothing. */
const defaultOf = (value: Shape['default']): string => {
  if (Array.isArray(value))
    return value.some((item) => typeof item !== 'object') ? code(`[${value.join(', ')}]`) : '';
  return value === undefined || typeof value === 'object' ? '' : code(String(value));
};

type Rows = readonly (readonly string[])[];

const table = (head: readonly string[], rows: Rows): string =>
  [head, head.map(() => '---'), ...rows]
    .map((cells) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`)
    .join('\n');

const code = (text: string): string => `\`${text}\``;
