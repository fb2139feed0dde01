// The window of time that a question is about, as its query says it.
import { z } from 'zod';
import type { Answer } from './policy.ts';
import { json } from './policy.ts';

export interface Window {
  readonly from: number;
  readonly to: number;
}

const dayMs = 86_400_000;
/** Longer than everything that is kept but days. */
const windowMsMax = 5 * 366 * dayMs;

export const instant = () =>
  z
    .string()
    .max(40)
    .transform((text, context) => {
      const at = Date.parse(text);
      if (Number.isNaN(at))
        context.addIssue({ code: 'custom', message: 'an instant such as 2026-11-22T09:00:00Z' });
      return at;
    });

export const format = () => z.enum(['json', 'csv']).default('json');

/** The window, by default the last day, and what else may be asked; or an answer that says what is wrong. */
export const asked = <Shape extends z.ZodRawShape>(
  query: Readonly<Record<string, string>>,
  now: number,
  shape: Shape,
): (z.output<z.ZodObject<Shape>> & Window) | { readonly problem: Answer } => {
  const schema = z.strictObject({
    ...shape,
    from: instant().default(now - dayMs),
    to: instant().default(now),
  });
  const parsed = schema.safeParse(query);
  if (!parsed.success) {
    const problems = parsed.error.issues.map(({ path, message }) => [...path, message].join(': '));
    return { problem: json(400, { problem: problems.join('; ') }) };
  }
  const found = parsed.data as z.output<z.ZodObject<Shape>> & Window;
  return found.to <= found.from || found.to - found.from > windowMsMax
    ? { problem: json(400, { problem: 'to: an instant after "from", and at most five years' }) }
    : found;
};
