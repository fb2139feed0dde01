// Does the site answer as it should, and how long does each step of the answer take?
import { z } from 'zod';
import { size } from '../config/fields.ts';
import { defineCheck } from './lib/contract.ts';
import type { Seen } from './lib/contract.ts';
import { factsOf, loadClient, withFacts } from './lib/exchange.ts';
import type { HttpRequest, Reading } from './lib/exchange.ts';
import { expectFields, expectation, statusTest, statuses } from './lib/expectation.ts';
import type { Expectation } from './lib/expectation.ts';
import { oncePer } from './lib/once.ts';
import { Failure } from './lib/outcome.ts';
import { arrive, redirectPolicy } from './lib/redirect.ts';
import type { Arrival } from './lib/redirect.ts';
import { hostOf, requestFields, requestOf } from './lib/request.ts';

const bodyBytesMax = 1_000_000;
const requestBodyCharsMax = 16_000;

const options = z.strictObject({
  ...requestFields,
  method: z
    .enum(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])
    .default('GET')
    .describe('Method of the request.'),
  body: z.string().max(requestBodyCharsMax).optional().describe('Body to send.'),
  redirects: redirectPolicy()
    .default('follow')
    .describe('Follow redirects (at most 3), fail on any, or expect the one that leads to an address.'),
  'body-max': size({ maxBytes: bodyBytesMax }).prefault('256kB').describe('How much of the body is read.'),
  expect: z.strictObject(expectFields).prefault({}).describe('What the last answer must be.'),
  warn: z
    .strictObject({
      status: statuses()
        .optional()
        .describe('Statuses that say more about us than about the site: 403, 429.'),
    })
    .default({})
    .describe('Answers with which it is degraded.'),
});
type Options = z.output<typeof options>;

interface Plan {
  readonly request: HttpRequest;
  readonly reading: Reading;
  readonly expectation: Expectation;
  readonly isWarning: (status: number) => boolean;
}

const planOf = oncePer((options: Options): Plan => {
  const expected = expectation(options.expect);
  return {
    request: requestOf(options, options),
    reading: { bodyBytesMax: options['body-max'], keepsBody: expected.needsBody },
    expectation: expected,
    isWarning: statusTest(options.warn.status),
  };
});

export default defineCheck({
  title: 'HTTP',
  summary: 'Asks a site for a page, and compares the answer with what is expected.',
  options,
  defaults: { everyMs: 20_000, timeoutMs: 10_000 },
  phases: ['resolve', 'connect', 'tls', 'first-byte', 'transfer'],
  slowMs: { total: 2_000 },
  target: ({ url }) => hostOf(new URL(url)),
  load: loadClient,
  run: async (options, probe) => {
    const plan = planOf(options);
    const arrival = await arrive(plan.request, options.redirects, plan.reading, probe);
    const facts = { ...factsOf(arrival.answer), redirects: arrival.redirects };
    return withFacts(facts, () => judge(plan, arrival));
  },
});

const judge = async ({ expectation, isWarning }: Plan, { answer, warning }: Arrival): Promise<Seen> => {
  if (isWarning(answer.status))
    return { warning: new Failure('bad_status', `answered ${answer.status}`, { kind: 'warn' }) };
  await expectation.verify(answer);
  return warning === undefined ? {} : { warning };
};
