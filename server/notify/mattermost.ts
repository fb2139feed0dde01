// A message into a channel of Mattermost, Slack, Rocket.Chat or whatever else takes such an incoming webhook.
import { z } from 'zod';
import { receiver } from '../../config/fields.ts';
import { defineNotifier } from './contract.ts';
import { ca, hostIn, json, post } from './lib/post.ts';
import { wholeText } from './lib/words.ts';

const options = z.strictObject({
  url: receiver().describe('Address of the incoming webhook: whoever knows it can write there.'),
  channel: z
    .string()
    .regex(/^[@#]?[\w.-]{1,64}$/, { error: 'the name of a channel' })
    .optional()
    .describe('Channel, if it is not the one of the webhook.'),
  ca,
});

export default defineNotifier({
  title: 'Mattermost',
  summary: 'Writes into a channel by an incoming webhook; Slack and others take the same.',
  options,
  hosts: ({ url }) => [hostIn(url)],
  send: (message, { url, channel, ca }, errand) => {
    const text = literally(wholeText(message, errand.languages));
    return post({ url: new URL(url.expose()), ...json({ text, ...(channel && { channel }) }), ca }, errand);
  },
});

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };

/**
 * Evidence comes from outside: it must neither hold a picture or a link that reads as something else, in the markup of Slack or
 * in Markdown, nor call everybody by `@all`.
 */
const literally = (text: string): string =>
  text
    .replaceAll(/[&<>]/g, (letter) => entities[letter] ?? letter)
    .replaceAll('@', '@\u200b')
    .replaceAll('](', ']\u200b(');
