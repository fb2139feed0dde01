// What a schema says against a value, in the words of an operator.
import { z } from 'zod';
import { isMapping } from './document.ts';
import { meant, quote } from './problems.ts';
import type { Path, Problem } from './problems.ts';
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
      (value, step) =>
        Array.isArray(value) || isMapping(value)
          ? Object.getOwnPropertyDescriptor(value, step)?.value
          : undefined,
      this.#written.data,
    );
  }

  /** What the schema makes of the value at a path, or nothing and the problems. */
  parse<Schema extends z.ZodType>(schema: Schema, path: Path): z.output<Schema> | undefined {
    const result = schema.safeParse(this.at(path), { error: phrase });
    if (result.success) return result.data;
    for (const issue of result.error.issues) this.#explain(issue, path);
    return undefined;
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
    else if (issue.code === 'invalid_union' && issue.message === '') this.#explainUnion(issue.errors, path);
    else if (issue.code === 'custom') this.say(path, issue.message, foundOf(issue.params));
    else this.say(path, issue.message);
  }

  /** Of several shapes, the one that was probably meant speaks alone. */
  #explainUnion(branches: readonly (readonly z.core.$ZodIssue[])[], path: Path): void {
    const [likely] = branches
      .filter((issues) => !issues.some(({ code, path }) => code === 'invalid_type' && path.length === 0))
      .toSorted((a, b) => a.length - b.length);
    if (likely) for (const issue of likely) this.#explain(issue, path);
    else this.say(path, [...new Set(branches.flat().map(({ message }) => message))].join(', or '));
  }
}

const describe = (value: unknown): string => {
  if (typeof value === 'string') return quote(value);
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list';
  return isMapping(value) ? 'a mapping' : 'nothing';
};

/** A schema whose values must not be printed says itself what was found. */
const foundOf = (params: Record<string, unknown> | undefined): string | undefined =>
  typeof params?.['found'] === 'string' ? params['found'] : undefined;

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
