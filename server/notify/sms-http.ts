// An SMS by any gateway that takes a number and a text over HTTP.
import { z } from 'zod';
import { receiver, secret } from '../../config/fields.ts';
import { Secret } from '../../config/secret.ts';
import { Refusal, defineNotifier } from './contract.ts';
import { bearer, ca, hostIn, json, post } from './lib/post.ts';
import { oneLine } from './lib/words.ts';

const fieldName = z.string().regex(/^[\w.-]{1,64}$/, { error: 'the name of a field' });

const options = z.strictObject({
  url: receiver().describe('Where the gateway takes messages; a secret, if it holds one.'),
  to: z
    .string({ error: 'a number such as +33612345678' })
    .regex(/^\+?\d{3,15}$/, { error: 'a number such as +33612345678' })
    .describe('Number that gets the SMS; for another one, write another route.'),
  format: z
    .enum(['form', 'json', 'query'])
    .default('form')
    .describe('How the fields are sent: posted as a form or as JSON, or in the address of a GET.'),
  'to-field': fieldName.default('to').describe('Name of the field with the number.'),
  'text-field': fieldName.default('text').describe('Name of the field with the text.'),
  fields: z
    .record(fieldName, z.union([z.string(), secret()], { error: 'text, or a secret' }))
    .default({})
    .describe('What else the gateway wants: an account, a sender; a value may be a secret.'),
  token: secret().optional().describe('Bearer token, where the gateway wants one.'),
  expect: z
    .string()
    .min(1)
    .max(200)
    .optional()
    .describe(
      'Text that the answer has when the SMS was taken, for a gateway that answers 200 to everything.',
    ),
  length: z.int().min(70).max(1_600).default(300).describe('Letters after which a message is cut.'),
  ca,
});
type Options = z.output<typeof options>;

export default defineNotifier({
  title: 'SMS by HTTP',
  summary: 'Sends an SMS by a gateway that takes a number and a text over HTTP.',
  options,
  hosts: ({ url }) => [hostIn(url)],
  send: async (message, options, errand) => {
    const [language = 'fr'] = errand.languages;
    const text = oneLine(message, language, options.length);
    const answer = await post(postingOf(options, text), errand);
    if (options.expect !== undefined && !answer.includes(options.expect))
      throw new Refusal(`${answer}: not ${JSON.stringify(options.expect)}`);
    return answer;
  },
});

const postingOf = (options: Options, text: string) => {
  const { url: address, to, format, fields, token, ca } = options;
  const url = new URL(address.expose());
  const written = Object.entries({ ...fields, [options['to-field']]: to, [options['text-field']]: text });
  const values = Object.fromEntries(
    written.map(([name, value]) => [name, value instanceof Secret ? value.expose() : value]),
  );
  if (format === 'json') return { url, ...json(values, bearer(token)), ca };
  if (format === 'form') {
    const headers = { 'content-type': 'application/x-www-form-urlencoded', ...bearer(token) };
    return { url, headers, body: new URLSearchParams(values).toString(), ca };
  }
  for (const [name, value] of Object.entries(values)) url.searchParams.set(name, value);
  return { url, method: 'GET' as const, headers: bearer(token), ca };
};
