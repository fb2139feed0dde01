// What an answer must be: its status, headers, text and JSON.
import { z } from 'zod';
import { textOf } from './body.ts';
import type { Answer } from './exchange.ts';
import { jsonPointer, parseJson, valueAt } from './json-pointer.ts';
import { Failure } from './outcome.ts';
import type { Cause } from './outcome.ts';
import { finder, pattern } from './pattern.ts';
import { byHeader } from './request.ts';

const listMax = 16;
const textCharsMax = 1_000;

const oneOrMore = <Item extends z.ZodType>(item: Item) => z.union([item, z.array(item).min(1).max(listMax)]);

const statusRange = z
  .string()
  .regex(/^[1-5]\d\d-[1-5]\d\d$/)
  .refine((text) => text.slice(0, 3) <= text.slice(4), { error: 'a range from a status to a higher one' });

/** `200`, `200-299`, or a list of both. */
export const statuses = () =>
  oneOrMore(
    z.union([z.int().min(100).max(599), statusRange], {
      error: 'a status such as 200, or a range such as 200-299',
    }),
  );
export type Statuses = z.output<ReturnType<typeof statuses>>;

const text = () => z.string().min(1).max(textCharsMax);

const textRules = {
  contains: oneOrMore(text()).optional().describe('Text that must be there; of several, each.'),
  lacks: oneOrMore(text()).optional().describe('Text that must not be there; of several, none.'),
  matches: pattern().optional().describe('Regular expression (RE2) that must be found.'),
};

/** Options of `expect`. */
export const expectFields = {
  status: statuses().default('200-399').describe('Accepted statuses.'),
  headers: byHeader(z.union([z.string().max(textCharsMax), z.strictObject(textRules)]), listMax)
    .default({})
    .describe('Headers that must come: their value, or rules for it.'),
  body: z.strictObject(textRules).optional().describe('Rules for the text of the body.'),
  json: z
    .array(
      z.strictObject({
        pointer: jsonPointer().describe('Place in the document (RFC 6901); it must exist.'),
        equals: z
          .union([z.string().max(textCharsMax), z.number(), z.boolean(), z.null()])
          .optional()
          .describe('What it must be.'),
        above: z.number().optional().describe('It must be a number greater than this.'),
        below: z.number().optional().describe('It must be a number smaller than this.'),
        matches: pattern()
          .optional()
          .describe('It must be text in which this regular expression (RE2) is found.'),
      }),
    )
    .max(listMax)
    .default([])
    .describe('Rules for a body that is JSON.'),
};
export type Expect = z.output<z.ZodObject<typeof expectFields>>;

export interface Expectation {
  readonly needsBody: boolean;
  /** Fails with `bad_status`, `bad_answer` (a header), `bad_body` or `protocol` (no JSON) when the answer is another. */
  readonly verify: (answer: Answer) => Promise<void>;
}

/** Compiles what was written, so that a probe only compares. */
export const expectation = ({ status, headers, body, json }: Expect): Expectation => {
  const isAccepted = statusTest(status);
  const headerRules = Object.entries(headers).map(([name, rule]) => headerTest(name, rule));
  const bodyRule = textTest('the body', body ?? {});
  const jsonRules = json.map(jsonTest);
  const needsBody = body !== undefined || json.length > 0;
  return {
    needsBody,
    verify: async (answer) => {
      if (!isAccepted(answer.status)) throw new Failure('bad_status', `answered ${answer.status}`);
      hold('bad_answer', headerRules, answer.headers);
      if (!needsBody) return;
      const text = await textOf(answer);
      hold('bad_body', [bodyRule], text);
      if (json.length > 0) hold('bad_body', jsonRules, parseJson(answer, text));
    },
  };
};

/** Says what is wrong, or nothing. */
type Rule<Value> = (value: Value) => string | undefined;

const hold = <Value>(cause: Cause, rules: readonly Rule<Value>[], value: Value): void => {
  for (const rule of rules) {
    const problem = rule(value);
    if (problem !== undefined) throw new Failure(cause, problem);
  }
};

const listOf = <Item>(value: Item | readonly Item[] | undefined): readonly Item[] =>
  value === undefined ? [] : Array.isArray(value) ? (value as readonly Item[]) : [value as Item];

export const statusTest = (accepted: Statuses | undefined): ((status: number) => boolean) => {
  const ranges = listOf<string | number>(accepted).map((entry) => {
    const [from, to = from] = String(entry).split('-').map(Number);
    return [from ?? 0, to ?? 0] as const;
  });
  return (status) => ranges.some(([from, to]) => status >= from && status <= to);
};

const textTest = (what: string, rules: z.output<z.ZodObject<typeof textRules>>): Rule<string> => {
  const contains = listOf(rules.contains);
  const lacks = listOf(rules.lacks);
  const matches = rules.matches === undefined ? () => true : finder(rules.matches);
  return (text) => {
    const missing = contains.find((part) => !text.includes(part));
    if (missing !== undefined) return `${what} does not contain "${missing}"`;
    const unwanted = lacks.find((part) => text.includes(part));
    if (unwanted !== undefined) return `${what} contains "${unwanted}"`;
    return matches(text) ? undefined : `${what} does not match ${rules.matches}`;
  };
};

/** Never tells the value that came: it may repeat a secret that we sent. */
const headerTest = (name: string, rule: Expect['headers'][string]): Rule<Answer['headers']> => {
  const test: Rule<string> =
    typeof rule === 'string'
      ? (value) => (value === rule ? undefined : `the header ${name} is not "${rule}"`)
      : textTest(`the header ${name}`, rule);
  return (headers) => {
    const value = headers[name];
    return value === undefined ? `the header ${name} is missing` : test(listOf(value).join(', '));
  };
};

const jsonTest = ({ pointer, equals, above, below, matches }: Expect['json'][number]): Rule<unknown> => {
  const isMatch = matches === undefined ? undefined : finder(matches);
  return (document) => {
    const value = valueAt(document, pointer);
    if (value === undefined) return `${pointer} is missing`;
    if (equals !== undefined && value !== equals) return `${pointer} is not ${JSON.stringify(equals)}`;
    if (above !== undefined && !(typeof value === 'number' && value > above))
      return `${pointer} is not above ${above}`;
    if (below !== undefined && !(typeof value === 'number' && value < below))
      return `${pointer} is not below ${below}`;
    if (isMatch !== undefined && !(typeof value === 'string' && isMatch(value)))
      return `${pointer} does not match ${matches}`;
    return undefined;
  };
};
