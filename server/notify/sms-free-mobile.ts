// An SMS to the subscriber of Free Mobile whose account it is: the operator lets everybody write to themselves.
import { z } from 'zod';
import { receiver, secret } from '../../config/fields.ts';
import { Postponement, Refusal, defineNotifier } from './contract.ts';
import { ca, hostIn, post } from './lib/post.ts';
import { oneLine } from './lib/words.ts';

const options = z.strictObject({
  user: z
    .string()
    .regex(/^\d{8}$/, { error: 'a number of eight digits' })
    .describe('Number of the account.'),
  key: secret().describe('Key that the operator shows under “Notifications par SMS”.'),
  server: receiver()
    .prefault('https://smsapi.free-mobile.fr/sendmsg')
    .describe('Where the operator takes them.'),
  ca,
});

/** About two SMS. */
const charsMax = 300;

export default defineNotifier({
  title: 'SMS by Free Mobile',
  summary: 'Sends an SMS to the owner of an account, with nothing to pay.',
  options,
  hosts: ({ server }) => [hostIn(server)],
  send: async (message, { user, key, server, ca }, errand) => {
    const [language = 'fr'] = errand.languages;
    const url = new URL(server.expose());
    const query = { user, pass: key.expose(), msg: oneLine(message, language, charsMax) };
    url.search = new URLSearchParams(query).toString();
    try {
      return await post({ url, method: 'GET', ca }, errand);
    } catch (error) {
      // Theirs: too many SMS in too short a time.
      if (error instanceof Refusal && error.message.startsWith('answered 402'))
        throw new Postponement(`${error.message} (too many at once)`);
      throw error;
    }
  },
});
