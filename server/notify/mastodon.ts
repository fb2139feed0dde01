// A post of an account of Mastodon, for everybody.
import { z } from 'zod';
import { receiver, secret } from '../../config/fields.ts';
import { defineNotifier } from './contract.ts';
import { bearer, below, ca, hostIn, json, post } from './lib/post.ts';
import { shortText } from './lib/words.ts';

const options = z.strictObject({
  server: receiver().describe('Address of the instance.'),
  token: secret().describe('Access token of the account, with the right `write:statuses`.'),
  visibility: z
    .enum(['public', 'unlisted', 'private', 'direct'])
    .default('public')
    .describe('Who sees the posts.'),
  length: z.int().min(100).max(100_000).default(500).describe('The longest post that the instance takes.'),
  ca,
});

export default defineNotifier({
  title: 'Mastodon',
  summary: 'Posts to all who follow the account, in the first language of the route.',
  options,
  audience: 'public',
  hosts: ({ server }) => [hostIn(server)],
  send: (message, { server, token, visibility, length, ca }, errand) => {
    const [language = 'fr'] = errand.languages;
    const status = { status: shortText(message, language, length, '\n\n'), visibility, language };
    const headers = { 'idempotency-key': message.key, ...bearer(token) };
    return post({ url: below(server, 'api/v1/statuses'), ...json(status, headers), ca }, errand);
  },
});
