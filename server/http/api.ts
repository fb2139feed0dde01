// The public API in words that a program can read: OpenAPI 3.1, made of the same schema that the answers are built on.
import { z } from 'zod';
import { publishedService, publishedStatus } from '../app/publish.ts';
import type { PublishedStatus } from '../app/publish.ts';
import { publishedHistory } from '../app/published-history.ts';
import { publishedOutage } from '../app/published-outages.ts';
import { publishedTimes, timesWindows } from '../app/published-times.ts';

/** One service, and its outages. */
export const serviceAnswer = z.strictObject({
  generatedAt: z.int().describe('When this was true, in milliseconds since 1970-01-01T00:00:00Z.'),
  demonstration: z.boolean(),
  service: publishedService,
  outages: z.array(publishedOutage),
});

export const answerAbout = (
  { generatedAt, demonstration, outages }: PublishedStatus,
  service: PublishedStatus['services'][number],
): z.output<typeof serviceAnswer> => ({
  generatedAt,
  demonstration,
  service,
  outages: outages.filter((outage) => outage.service === service.id),
});

const failure = z.strictObject({
  error: z.strictObject({ code: z.literal('not-found'), message: z.string() }),
});

const busy = z.strictObject({
  error: z.strictObject({ code: z.literal('busy'), message: z.string() }),
});

const answer = (description: string, schema: z.ZodType) => ({
  description,
  content: { 'application/json': { schema: z.toJSONSchema(schema) } },
});

const unchanged = { description: 'Not modified since the ETag that If-None-Match names.' };

export const description = {
  openapi: '3.1.1',
  info: {
    title: 'Vigie: state of the services',
    version: '1',
    description:
      'Read only, for everybody, without a key. Instants are milliseconds since 1970-01-01T00:00:00Z. ' +
      'Ask with If-None-Match, and no more than twice a minute: nothing changes faster.',
  },
  paths: {
    '/api/v1/status': {
      get: {
        summary: 'Everything that the page shows.',
        responses: { '200': answer('The state of all services.', publishedStatus), '304': unchanged },
      },
    },
    '/api/v1/services/{id}': {
      get: {
        summary: 'One service, and its outages.',
        parameters: [{ name: 'id', in: 'path', required: true, schema: { type: 'string' } }],
        responses: {
          '200': answer('The state of the service.', serviceAnswer),
          '304': unchanged,
          '404': answer('There is no such service.', failure),
        },
      },
    },
    '/api/v1/services/{id}/history': {
      get: {
        summary: 'The last thirteen months of a service: days, months, outages.',
        parameters: [{ name: 'id', in: 'path', required: true, schema: { type: 'string' } }],
        responses: {
          '200': answer('The history of the service, made anew every hour.', publishedHistory),
          '304': unchanged,
          '404': answer('There is no such service, or nothing is ready yet.', failure),
        },
      },
    },
    '/api/v1/services/{id}/times/{window}': {
      get: {
        summary:
          'How fast a service answers: what the chart of its page shows. With /csv behind it, a table.',
        parameters: [
          { name: 'id', in: 'path', required: true, schema: { type: 'string' } },
          { name: 'window', in: 'path', required: true, schema: { enum: timesWindows } },
        ],
        responses: {
          '200': answer('What its answers took, bucket by bucket.', publishedTimes),
          '304': unchanged,
          '404': answer('There is no such service, or none of its checks is timed.', failure),
          '503': answer('Too many ask, or it cannot be read now: ask again in a few seconds.', busy),
        },
      },
    },
  },
} as const;
