// What people do about alerts: take one, mute what they know of, and end that.
import type { Hono } from 'hono';
import type { StatusCode } from 'hono/utils/http-status';
import { z } from 'zod';
import type { Action, Refusal } from '../core/alerts/act.ts';
import type { Subject } from '../core/effects.ts';
import { problem } from './acting.ts';
import type { Acting } from './acting.ts';
import { words } from './incident-bodies.ts';
import { json } from './policy.ts';
import type { Answer } from './policy.ts';

export interface AlertActsDeps {
  /** Answers why nothing was done, if so. */
  readonly act: (action: Action) => Refusal | undefined;
  /** Whether the configuration has it. */
  readonly knows: (subject: Subject) => boolean;
}

const acknowledgement = z.strictObject({ note: words(500).exactOptional() });
const silence = z.strictObject({
  subject: z.strictObject({ kind: z.enum(['check', 'service']), id: z.string().min(1).max(64) }),
  reason: words(500),
  until: z.int(),
});
const nothing = z.strictObject({});

export const serveAlertActs = (app: Hono, { act, knows }: AlertActsDeps, acting: Acting): void => {
  const done = (action: Action): Promise<Answer> => {
    const refusal = act(action);
    return Promise.resolve(refusal === undefined ? json(200, { done: action.kind }) : refused(refusal));
  };
  app.post(
    '/api/v1/alerts/:id/acknowledgement',
    acting(acknowledgement, ({ author, body, c }) =>
      done({ kind: 'acknowledge', alert: c.req.param('id') ?? '', by: author, ...body }),
    ),
  );
  app.post(
    '/api/v1/silences',
    acting(silence, async ({ author, body }) =>
      knows(body.subject)
        ? done({ kind: 'silence', by: author, ...body })
        : problem(
            422,
            'no-such-subject',
            `There is no ${body.subject.kind} of that name in the configuration.`,
          ),
    ),
  );
  app.post(
    '/api/v1/silences/:id/end',
    acting(nothing, ({ c }) => done({ kind: 'unsilence', silence: c.req.param('id') ?? '' })),
  );
};

const refused = ({ refused }: Refusal): Answer => {
  const status: StatusCode = refused.startsWith('no such') ? 404 : 422;
  return problem(status, refused.replaceAll(' ', '-'), `It was refused: ${refused}.`);
};
