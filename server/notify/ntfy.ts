// A message to the phones that have subscribed to a topic of ntfy.
import { z } from 'zod';
import { receiver, secret } from '../../config/fields.ts';
import { Secret } from '../../config/secret.ts';
import type { Message } from '../core/alerts/message.ts';
import { defineNotifier } from './contract.ts';
import { bearer, below, ca, hostIn, json, post } from './lib/post.ts';
import { titleIn, wholeText } from './lib/words.ts';

const topicExpected = 'a topic of letters, digits, _ and -, as text or as a secret';
const topicPattern = /^[\w-]{1,64}$/;

const options = z.strictObject({
  server: receiver().prefault('https://ntfy.sh').describe('Address of the server.'),
  topic: z
    .union([z.string(), secret()], { error: topicExpected })
    .refine((topic) => topicPattern.test(exposed(topic)), {
      error: topicExpected,
      params: { found: 'another one' },
    })
    .describe('Topic; a secret, where whoever knows it may read it.'),
  token: secret().optional().describe('Access token, where the topic is protected.'),
  ca,
});

const exposed = (topic: string | Secret): string => (topic instanceof Secret ? topic.expose() : topic);

const priorities = { down: 5, degraded: 4, info: 3 } as const satisfies Record<Message['severity'], number>;

export default defineNotifier({
  title: 'ntfy',
  summary: 'Tells the phones that have subscribed to a topic.',
  options,
  hosts: ({ server }) => [hostIn(server)],
  send: (message, { server, topic, token, ca }, errand) => {
    const publication = {
      topic: exposed(topic),
      title: titleIn(errand.languages, message),
      message: wholeText(message, errand.languages),
      // What is over need not wake anybody.
      priority: message.kind === 'recovery' ? priorities.info : priorities[message.severity],
    };
    return post({ url: below(server, ''), ...json(publication, bearer(token)), ca }, errand);
  },
});
