// Does SSH answer, begin a key exchange, and prove that it is the host we know? Nobody logs in.
import { z } from 'zod';
import { host, port } from '../config/fields.ts';
import { defineCheck } from './lib/contract.ts';
import type { Probe, Seen } from './lib/contract.ts';
import { Dialogue, hangUp } from './lib/dialogue.ts';
import { dial } from './lib/dial.ts';
import { Failure } from './lib/outcome.ts';
import type { Facts } from './lib/outcome.ts';
import { agree, exchangeKeys, farewell, readOffer } from './lib/ssh-exchange.ts';
import type { Agreement } from './lib/ssh-exchange.ts';
import { fingerprintOf } from './lib/ssh-key.ts';
import { packetBytesMax } from './lib/ssh-wire.ts';

const fingerprintPattern = /^SHA256:[A-Za-z0-9+/]{43}$/;
const fingerprintExpected = 'a fingerprint as SHA256:… with 43 characters, as ssh-keygen -l shows it';
const fingerprintsMax = 20;

const options = z.strictObject({
  host: host().describe('Name or address to connect to.'),
  port: port().default(22).describe('Port of the server.'),
  fingerprints: z
    .array(z.string({ error: fingerprintExpected }).regex(fingerprintPattern, { error: fingerprintExpected }))
    .min(1)
    .max(fingerprintsMax)
    .optional()
    .describe('Fingerprints of all keys of the host (`ssh-keygen -l`): warn when it shows another.'),
});
type Options = z.output<typeof options>;

export default defineCheck({
  title: 'SSH',
  summary: 'Reads the banner and begins a key exchange, up to the proof of the host key; it does not log in.',
  options,
  defaults: { everyMs: 30_000, timeoutMs: 10_000 },
  phases: ['resolve', 'connect', 'banner', 'negotiation', 'host-key'],
  slowMs: { banner: 1_000, total: 2_500 },
  target: ({ host }) => host,
  run: async (options, probe) => {
    const socket = await dial(options, probe);
    try {
      return await meet(new Dialogue(socket, probe, { replyBytesMax: packetBytesMax }), options, probe);
    } finally {
      hangUp(socket);
    }
  },
});

const identification = 'SSH-2.0-Vigie';

const meet = async (dialogue: Dialogue, options: Options, { timing }: Probe): Promise<Seen> => {
  dialogue.send(identification);
  const banner = await readBanner(dialogue);
  timing.lap('banner');
  const facts = { software: banner.replace(/^SSH-[^-]*-/, '') };
  const offer = await readOffer(dialogue);
  timing.lap('negotiation');
  const agreement = agree(offer);
  if (agreement === undefined) {
    dialogue.sendBytes(farewell());
    return { facts, warning: unseen(offer.keyExchanges, offer.hostKeys) };
  }
  const hostKey = await exchangeKeys(dialogue, offer, agreement, { ours: identification, theirs: banner });
  timing.lap('host-key');
  dialogue.sendBytes(farewell());
  return judge(fingerprintOf(hostKey), agreement, facts, options);
};

const linesMax = 20;

/** RFC 4253 §4.2: other lines may come before it. */
const readBanner = async (dialogue: Dialogue): Promise<string> => {
  const heard: string[] = [];
  while (heard.length < linesMax) {
    const line = await dialogue.line().catch((error: unknown) => {
      throw error instanceof Failure && heard.length > 0 ? noBanner(heard) : error;
    });
    if (/^SSH-(?:2\.0|1\.99)-/.test(line)) return line;
    if (line.startsWith('SSH-')) throw new Failure('protocol', `an SSH that is too old: ${line}`);
    heard.push(line);
  }
  throw noBanner(heard);
};

/** OpenSSH says so before it hangs up on those who come too many at once. */
const noBanner = (heard: readonly string[]): Failure =>
  new Failure(
    heard.some((line) => /MaxStartups/i.test(line)) ? 'too_many_connections' : 'bad_answer',
    `no banner of SSH: ${heard.join(' | ')}`,
  );

/** Who has newer programs than we may be served well. */
const unseen = (keyExchanges: readonly string[], hostKeys: readonly string[]): Failure =>
  new Failure(
    'protocol',
    `the host key cannot be seen: the server exchanges keys by ${keyExchanges.join(', ')}, and has ${hostKeys.join(', ')}`,
    { kind: 'warn' },
  );

const judge = (
  fingerprint: string,
  { hostKey, keyExchange }: Agreement,
  seen: Facts,
  { fingerprints }: Options,
): Seen => {
  const facts = { ...seen, keyExchange, hostKey, fingerprint };
  if (fingerprints === undefined || fingerprints.includes(fingerprint)) return { facts };
  const evidence = `the host key is ${hostKey} ${fingerprint}, which is none of those expected`;
  return { facts, warning: new Failure('host_key_changed', evidence, { kind: 'warn' }) };
};
