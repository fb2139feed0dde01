// What may be sent to write into an incident. Nobody may write what is no letter, or turns the direction of the text, or is
// invisible altogether.
import { z } from 'zod';
import { phases } from '../core/incidents/incident.ts';
import type { Deed } from '../core/incidents/write.ts';

const forbidden = /[\p{Cc}\p{Cs}\p{Bidi_Control}\p{Noncharacter_Code_Point}\ufeff]/u;
const visible = /[^\p{C}\p{Z}\p{Default_Ignorable_Code_Point}]/u;

const text = (lettersMax: number, isFit: (text: string) => boolean) =>
  z
    .string()
    .normalize('NFC')
    .overwrite((text) => text.replaceAll('\r\n', '\n'))
    .trim()
    .max(lettersMax)
    .refine((text) => visible.test(text) && isFit(text), { error: 'text of visible letters' });

export const line = text(120, (text) => !forbidden.test(text) && !/[\p{Zl}\p{Zp}]/u.test(text));
/** Of several lines: these and tabs are visible. */
export const words = (lettersMax: number) =>
  text(lettersMax, (text) => !forbidden.test(text.replaceAll(/[\n\t]/g, '')));

/** In French, in English or in both. */
export const told = (text: z.ZodType<string>) =>
  z
    .strictObject({ fr: text.exactOptional(), en: text.exactOptional() })
    .refine(({ fr, en }) => fr !== undefined || en !== undefined, { error: 'words in "fr", "en" or both' });

const instant = z.int().min(0).max(8_640_000_000_000_000);
const number = z.int().min(1);
const services = z
  .array(z.string().min(1).max(64))
  .max(100)
  .transform((ids) => [...new Set(ids)]);
const title = told(line);
const said = told(words(4_000));

export const opening = z.strictObject({
  kind: z.literal('opened').default('opened'),
  title,
  services: services.prefault([]),
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
  z
    .strictObject({
      kind: z.literal('amended'),
      title: title.exactOptional(),
      services: services.exactOptional(),
      startedAt: instant.exactOptional(),
    })
    .refine((amended) => Object.keys(amended).length > 1, { error: 'a title, services or a beginning' }),
  z.strictObject({ kind: z.enum(['published', 'hidden']) }),
  z.strictObject({ kind: z.literal('merged'), into: number }),
  z.strictObject({ kind: z.literal('post-mortem'), said: told(words(16_000)) }),
]) satisfies z.ZodType<Deed>;
