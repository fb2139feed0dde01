// Incidents on the private listener: to be read by administrators, and written into by those of them who show a token.
import type { Context, Hono } from 'hono';
import type { StatusCode } from 'hono/utils/http-status';
import type { Incidents } from '../app/incidents.ts';
import type { Deed, Refusal } from '../core/incidents/write.ts';
import type { Acting } from './acting.ts';
import { problem } from './acting.ts';
import { entry, opening } from './incident-bodies.ts';
import { allow, json } from './policy.ts';
import type { Answer } from './policy.ts';

/** As many as somebody looks through. */
const listedMax = 200;

export const serveIncidents = (
  app: Hono,
  incidents: Pick<Incidents, 'page' | 'find' | 'write'>,
  acting: Acting,
): void => {
  const write = async (author: string, id: number | undefined, deed: Deed): Promise<Answer> => {
    const written = await incidents.write(author, id, deed);
    if (typeof written === 'string') return refused(written);
    return json(id === undefined ? 201 : 200, { incident: written });
  };
  app.get(
    '/api/v1/incidents',
    allow('operator', async (c) => json(200, await page(incidents, c.req.query('before')))),
  );
  app.post(
    '/api/v1/incidents',
    acting(opening, ({ author, body }) => write(author, undefined, body)),
  );
  app.get(
    '/api/v1/incidents/:id',
    allow('operator', async (c) => {
      const incident = await incidents.find(idOf(c));
      return incident === undefined ? refused('no-such-incident') : json(200, { incident });
    }),
  );
  app.post(
    '/api/v1/incidents/:id/entries',
    acting(entry, ({ author, body, c }) => write(author, idOf(c), body)),
  );
};

/** `next` is what to ask those before; nothing, when there are none. */
const page = async (incidents: Pick<Incidents, 'page'>, before = '') => {
  const newest = await incidents.page(listedMax, /^\d{1,9}$/.test(before) ? Number(before) : undefined);
  const last = newest.length < listedMax ? undefined : newest.at(-1)?.id;
  return {
    incidents: newest.map(({ versions, ...incident }) => ({ ...incident, versions: versions.length })),
    ...(last !== undefined && last > 1 && { next: last }),
  };
};

const idOf = (c: Context): number => Number(c.req.param('id'));

const refusals: Readonly<Record<Refusal, readonly [StatusCode, string]>> = {
  'no-such-incident': [404, 'There is no such incident.'],
  'no-such-service': [422, 'There is no service of that name in the configuration.'],
  'no-such-update': [422, 'That is not the number of an update of this incident.'],
  resolved: [
    409,
    'It is resolved: an update in another phase opens it again, and what was said can be edited.',
  ],
  'another-open': [409, 'Another incident tells of the same cause, and is open.'],
  merged: [409, 'It was merged into another one.'],
  itself: [422, 'An incident cannot be merged into itself.'],
  'too-early': [422, 'An update is not from before the last one, nor from before the incident.'],
  'after-update': [422, 'An incident does not begin after its first update.'],
  future: [422, 'That is in the future.'],
  'past-promise': [422, 'The next update cannot be promised for the past.'],
  'needless-promise': [422, 'Of what is resolved no next update is promised.'],
  wordless: [409, 'Nothing was measured of it, so that there is nothing to publish: write an update first.'],
  unpublished: [409, 'Readers know of it, and not of the other: publish that one first.'],
  full: [409, 'It has as many versions as an incident may have: open another one.'],
};

const refused = (refusal: Refusal): Answer => problem(refusals[refusal][0], refusal, refusals[refusal][1]);
