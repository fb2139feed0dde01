// What an operator writes as text, and what the program gets of it.
import { isIP } from 'node:net';
import { z } from 'zod';

/** A line that members read, without letters that are invisible or turn the direction of the text. */
export const line = (lettersMax: number) =>
  z
    .string()
    .normalize('NFC')
    .overwrite((text) => text.replaceAll(/[ \t\r\n]+/g, ' ').trim())
    .min(1)
    .max(lettersMax)
    .refine((text) => !/[\p{Cc}\p{Cf}\u2028\u2029]/u.test(text), { error: 'text without invisible letters' });

/** One text for both languages, or one in each. */
export const words = (lettersMax: number) =>
  z.union([
    line(lettersMax).transform((text) => ({ fr: text, en: text })),
    z.strictObject({
      fr: line(lettersMax).describe('In French.'),
      en: line(lettersMax).describe('In English.'),
    }),
  ]);

/** Text that must be right as a whole: the same words whether it is no text at all or the wrong one. */
export const textThat = (isRight: (text: string) => boolean, expected: string) =>
  z.string({ error: expected }).refine(isRight, { error: expected });

/** At least one, and none twice. */
export const listOf = <Item extends z.ZodType>(item: Item, expected: string) =>
  z
    .array(item, { error: expected })
    .min(1, { error: expected })
    .refine((list) => new Set(list).size === list.length, { error: 'each of them once' });

/** `192.0.2.1`, `192.0.2.1:53` or `[2001:db8::1]:53`; nothing when it is none of them. */
export const parseSocket = (text: string): { address: string; port?: number } | undefined => {
  if (isIP(text) > 0) return { address: text };
  const [, v6, v4, digits] = /^(?:\[([^\]]*)\]|([^:]*)):(\d{1,5})$/.exec(text) ?? [];
  const address = v6 ?? v4 ?? '';
  const port = Number(digits);
  return isIP(address) === (v6 === undefined ? 4 : 6) && port <= 65_535 ? { address, port } : undefined;
};

/** An address and a port. */
export const listen = () =>
  textThat(
    (text) => parseSocket(text)?.port !== undefined,
    'an address and a port such as 127.0.0.1:3210 or [::1]:3210',
  ).transform((text) => ({ port: 0, address: text, ...parseSocket(text) }));
