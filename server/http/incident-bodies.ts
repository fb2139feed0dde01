// What may be sent to write into an incident. Nobody may write letters that are invisible, or turn the direction of the text.
import { z } from 'zod';
import { phases } from '../core/incidents/incident.ts';
import type { Deed } from '../core/incidents/write.ts';

const text = (lettersMax: number, forbidden: RegExp) =>
  z
    .string()
    .normalize('NFC')
    .trim()
    .min(1)
    .max(lettersMax)
    .refine((text) => !forbidden.test(text), { error: 'text without invisible letters' });

export const line = text(120, /[\p{Cc}\p{Zl}\p{Zp}\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/u);
/** Of several lines: these and tabs are visible. */
export const words = (lettersMax: number) =>
  text(lettersMax, /(?![\n\t])[\p{Cc}\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/u);

/** In French, in English or in both. */
export const told = (text: z.ZodType<string>) =>
  z
    .strictObject({ fr: text.exactOptional(), en: text.exactOptional() })
    .refine(({ fr, en }) => fr !== undefined || en !== undefined, { error: 'words in "fr", "en" or both' });

const instant = z.int().min(0).max(8_640_000_000_000_000);
const number = z.int().min(1);
const services = z.array(z.string().min(1).max(64)).max(100);
const title = told(line);
const said = told(words(4_000));

export const opening = z.strictObject({
  kind: z.literal('opened').default('opened'),
  title,
  services: services.default([]),
  startedAt: instant.exactOptional(),
});

export const entry = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('updated'),
    phase: z.enum(phases).exactOptional(),
    said,
    at: instant.exactOptional(),
    nextAt: instant.exactOptional(),
  }),
  z.strictObject({ kind: z.literal('edited'), update: number, said }),
  z.strictObject({
    kind: z.literal('amended'),
    title: title.exactOptional(),
    services: services.exactOptional(),
    startedAt: instant.exactOptional(),
  }),
  z.strictObject({ kind: z.enum(['published', 'hidden']) }),
  z.strictObject({ kind: z.literal('merged'), into: number }),
  z.strictObject({ kind: z.literal('post-mortem'), said: told(words(16_000)) }),
]) satisfies z.ZodType<Deed>;
