// A message into a room of Matrix, by the client-server API (v1.11 §11).
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { receiver, secret } from '../../config/fields.ts';
import { defineNotifier } from './contract.ts';
import { bearer, below, ca, hostIn, json, post } from './lib/post.ts';
import { wholeText } from './lib/words.ts';

const roomExpected =
  'the id of a room such as !abc:example.org (an alias begins with #, and may lead elsewhere later)';

const options = z.strictObject({
  server: receiver().describe('Address of the homeserver.'),
  room: z
    .string({ error: roomExpected })
    .regex(/^![\x21-\x7e]{1,254}$/, { error: roomExpected })
    .describe('Id of the room, which the account has joined.'),
  token: secret().describe('Access token of the account.'),
  ca,
});

export default defineNotifier({
  title: 'Matrix',
  summary: 'Writes into a room, as an account that has joined it.',
  options,
  hosts: ({ server }) => [hostIn(server)],
  send: (message, { server, room, token, ca }, errand) => {
    // A homeserver answers the same transaction of the same token with the event it made the first time.
    const transaction = createHash('sha256').update(message.key).digest('hex');
    const path = `_matrix/client/v3/rooms/${encodeURIComponent(room)}/send/m.room.message/${transaction}`;
    const content = {
      msgtype: 'm.text',
      body: wholeText(message, errand.languages),
      // Nobody is called by name, whatever the text has in it.
      'm.mentions': {},
    };
    return post({ url: below(server, path), method: 'PUT', ...json(content, bearer(token)), ca }, errand);
  },
});
