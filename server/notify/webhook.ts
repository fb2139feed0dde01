// The whole message as JSON, signed, for a program of one's own.
import { createHmac } from 'node:crypto';
import { z } from 'zod';
import { receiver, secret } from '../../config/fields.ts';
import type { Secret } from '../../config/secret.ts';
import type { Message, MessageAlert } from '../core/alerts/message.ts';
import { defineNotifier } from './contract.ts';
import { ca, hostIn, json, post } from './lib/post.ts';

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
  hosts: ({ url }) => [hostIn(url)],
  send: (message, { url, key, ca }, errand) => {
    const { headers, body } = json(bodyOf(message, errand.organisation), { 'idempotency-key': message.key });
    const signature = key && { 'vigie-signature': signatureOf(body, key, errand.clock.now()) };
    return post({ url: new URL(url.expose()), headers: { ...headers, ...signature }, body, ca }, errand);
  },
});

/** The time is signed with the body, so that a message that somebody has kept cannot be sent again later. */
const signatureOf = (body: string, key: Secret, now: number): string => {
  const seconds = Math.floor(now / 1_000);
  const hmac = createHmac('sha256', key.expose()).update(`${seconds}.${body}`);
  return `t=${seconds},v1=${hmac.digest('hex')}`;
};

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
