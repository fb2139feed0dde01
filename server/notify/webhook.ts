// The whole message as JSON, signed, for a program of one's own.
import { createHmac } from 'node:crypto';
import { z } from 'zod';
import { receiver, secret } from '../../config/fields.ts';
import { hostOf } from '../../checks/lib/request.ts';
import type { Message, MessageAlert } from '../core/alerts/message.ts';
import { defineNotifier } from './contract.ts';
import { ca, jsonHeaders, post } from './post.ts';

const options = z.strictObject({
  url: receiver().describe('Where the messages are posted; a secret, if it holds one.'),
  key: secret()
    .optional()
    .describe(
      'Key of the signature: `vigie-signature: t=SECONDS,v1=HEX`, the HMAC-SHA256 of the seconds, a dot and the body.',
    ),
  ca,
});

export default defineNotifier({
  title: 'Webhook',
  summary: 'Posts the whole message as JSON to a program of your own, signed.',
  options,
  hosts: ({ url }) => [hostOf(new URL(url.expose()))],
  send: (message, { url, key, ca }, errand) => {
    const body = JSON.stringify(bodyOf(message, errand.organisation));
    const seconds = Math.floor(errand.clock.now() / 1_000);
    const signature = key && createHmac('sha256', key.expose()).update(`${seconds}.${body}`).digest('hex');
    return post(
      {
        url: new URL(url.expose()),
        headers: {
          ...jsonHeaders,
          'idempotency-key': message.key,
          ...(signature !== undefined && { 'vigie-signature': `t=${seconds},v1=${signature}` }),
        },
        body,
        ca,
      },
      errand,
    );
  },
});

const bodyOf = ({ at, alerts, ...message }: Message, organisation: string) => ({
  version: 1,
  organisation,
  ...message,
  at: isoOf(at),
  alerts: alerts.map(alertOf),
});

const alertOf = ({ startedAt, endedAt, ...alert }: MessageAlert) => ({
  ...alert,
  startedAt: isoOf(startedAt),
  ...(endedAt !== undefined && { endedAt: isoOf(endedAt) }),
});

const isoOf = (at: number): string => new Date(at).toISOString();
