// What a schema says against a value, in the words of an operator.
import { z } from 'zod';
import { isMapping } from './document.ts';
import { meant, quote } from './problems.ts';
import type { Path, Problem } from './problems.ts';
import { isReference } from './secret.ts';
import type { Written } from './sources.ts';

/** Collects every problem of a configuration while its parts are parsed one by one. */
export class Review {
  readonly problems: Problem[] = [];
  readonly #written: Written;

  constructor(written: Written) {
    this.#written = written;
  }

  /** The value at a path, whatever it is; undefined when nothing is there. */
  at(path: Path): unknown {
    return path.reduce<unknown>(
      (value, step) => (Array.isArray(value) || isMapping(value) ? Reflect.get(value, step) : undefined),
      this.#written.data,
    );
  }

  /** What the schema makes of the value at a path, or nothing and the problems. */
  parse<Schema extends z.ZodType>(schema: Schema, path: Path): z.output<Schema> | undefined {
    const result = this.#attempt(schema, path);
    for (const issue of result.error?.issues ?? []) this.#explain(issue, path);
    return result.data;
  }

  /** The same of a part whose problems are told with those of the whole. */
  peek<Schema extends z.ZodType>(schema: Schema, path: Path): z.output<Schema> | undefined {
    return this.#attempt(schema, path).data;
  }

  #attempt<Schema extends z.ZodType>(schema: Schema, path: Path): z.ZodSafeParseResult<z.output<Schema>> {
    // A schema that is used a few times is not worth compiling.
    return schema.safeParse(this.at(path), { error: phrase, jitless: true });
  }

  say(path: Path, expected: string, found = describe(this.at(path)), at?: 'key'): void {
    this.problems.push({ ...this.#written.placeOf(path, at), found, expected });
  }

  /** `vigie.yaml:9`, to point at something else in the words of a problem. */
  lineOf(path: Path): string {
    const { file, line } = this.#written.placeOf(path);
    return `${file}:${line}`;
  }

  #explain(issue: z.core.$ZodIssue, base: Path): void {
    const path = [...base, ...issue.path.map((step) => (typeof step === 'number' ? step : String(step)))];
    if (issue.code === 'unrecognized_keys')
      for (const key of issue.keys)
        this.say([...path, key], meant(key, issue.message.split(' ')), 'an unknown key', 'key');
    else if (issue.code === 'invalid_key')
      this.say(path, issue.issues[0]?.message ?? 'another key', 'this key', 'key');
    else if (issue.code === 'invalid_union') this.#explainUnion(issue, path);
    else this.say(path, issue.message, foundOf(issue, this.at(path)));
  }

  /** Of several shapes, the one that was probably meant speaks alone: the one that knows most of the keys. */
  #explainUnion({ errors, message }: z.core.$ZodIssueInvalidUnion, path: Path): void {
    const [likely] = errors
      .filter((issues) => !issues.some(({ code, path }) => code === 'invalid_type' && path.length === 0))
      .toSorted((a, b) => misfits(a) - misfits(b) || unknownKeys(a) - unknownKeys(b) || a.length - b.length);
    const isMeant = likely !== undefined && (message === '' || misfits(likely) === 0);
    if (isMeant) for (const issue of likely) this.#explain(issue, path);
    else this.say(path, message || [...new Set(errors.flat().map(({ message }) => message))].join(', or '));
  }
}

/** What is wrong with the shape itself; where nothing is, what is wrong lies deeper. */
const misfits = (issues: readonly z.core.$ZodIssue[]): number =>
  issues.filter(({ path }) => path.length === 0).length;

const unknownKeys = (issues: readonly z.core.$ZodIssue[]): number =>
  issues.flatMap((issue) => (issue.code === 'unrecognized_keys' ? issue.keys : [])).length;

const describe = (value: unknown): string => {
  if (typeof value === 'string') return quote(value);
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list';
  if (isReference(value)) return 'a reference to a secret';
  return isMapping(value) ? 'a mapping' : 'nothing';
};

/** A field whose values must not be repeated says itself what was found. */
const foundOf = (issue: z.core.$ZodIssue, value: unknown): string | undefined => {
  if (issue.code === 'custom' && typeof issue.params?.['found'] === 'string') return issue.params['found'];
  // In the place of a mapping with a secret in it, what was written may be both in one: `user:password`.
  return issue.code === 'invalid_type' && mappings.has(issue.expected) && typeof value === 'string'
    ? 'text'
    : undefined;
};

const mappings: ReadonlySet<string> = new Set(['object', 'record']);

const kinds: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a mapping',
  record: 'a mapping',
};

/** What is expected, for the issues to which a schema has not given its own words. */
const phrase = (issue: z.core.$ZodRawIssue): string => {
  switch (issue.code) {
    case 'invalid_type':
      return kinds[issue.expected] ?? issue.expected;
    case 'invalid_value':
      return meant(typeof issue.input === 'string' ? issue.input : '', issue.values.map(String));
    case 'too_small':
      return amount(issue.origin, issue.inclusive === false ? 'more than' : 'at least', issue.minimum);
    case 'too_big':
      return amount(issue.origin, issue.inclusive === false ? 'less than' : 'at most', issue.maximum);
    case 'not_multiple_of':
      return `a multiple of ${issue.divisor}`;
    case 'invalid_format':
      return issue.pattern === undefined
        ? `text in the format "${issue.format}"`
        : `text like ${issue.pattern}`;
    case 'unrecognized_keys':
      // Taken apart again by `#explain`: the issue itself does not know them.
      return issue.inst instanceof z.ZodObject ? Object.keys(issue.inst.shape).join(' ') : '';
    case 'invalid_union':
      return '';
    case 'invalid_key':
    case 'invalid_element':
    case 'custom':
      break;
  }
  return 'another value';
};

const amount = (origin: string, relation: string, limit: number | bigint): string => {
  const plural = limit === 1 ? '' : 's';
  if (origin === 'string') return `text of ${relation} ${limit} letter${plural}`;
  if (origin === 'array') return `a list of ${relation} ${limit} item${plural}`;
  return `a number of ${relation} ${limit}`;
};
