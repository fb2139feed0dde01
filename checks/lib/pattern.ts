// Regular expressions of the configuration. RE2 has no backtracking, so hostile text cannot make one slow.
import { RE2JS } from 're2js';
import { z } from 'zod';

const charsMax = 500;

export const pattern = () =>
  z
    .string()
    .min(1)
    .max(charsMax)
    .refine(compiles, { error: 'a regular expression of RE2 (no look-around, no back-reference)' });

const compiles = (source: string): boolean => {
  try {
    return RE2JS.compile(source).pattern() === source;
  } catch {
    return false;
  }
};

/** Whether it is found anywhere, again and again. `source` is one that `pattern` has accepted. */
export const finder = (source: string): ((text: string) => boolean) => {
  const regex = RE2JS.compile(source);
  return (text) => regex.test(text);
};

/** The whole match and its groups, or nothing. `source` is one that `pattern` has accepted. */
export const find = (source: string, text: string): readonly string[] | undefined => {
  const matcher = RE2JS.compile(source).matcher(text);
  if (!matcher.find()) return undefined;
  return Array.from({ length: matcher.groupCount() + 1 }, (_, index) => matcher.group(index) ?? '');
};
