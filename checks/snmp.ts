// Is an interface of a router or a switch up, how full is it, and how much gets broken on it?
import { z } from 'zod';
import { host, percent, port, secret } from '../config/fields.ts';
import { defineCheck } from './lib/contract.ts';
import { Failure } from './lib/outcome.ts';
import { askAgent, loadNetSnmp } from './lib/snmp-agent.ts';
import { findInterface, interfaceFacts, interfaceProblem, ratesSince } from './lib/snmp-interface.ts';

const name = (what: string) => z.string({ error: what }).regex(/^\P{Cc}{1,255}$/u, { error: what });

const key = (protocols: readonly [string, ...string[]]) =>
  z.strictObject({
    protocol: z
      .enum(protocols, { error: `one of ${protocols.join(', ')}` })
      .default(protocols[0])
      .describe('Protocol.'),
    // The shortest that a key may be made of (RFC 3414 §11.2).
    key: secret()
      .refine((key) => key.expose().length >= 8, { error: 'a pass phrase of at least 8 letters' })
      .describe('Pass phrase from which the key is made.'),
  });

const options = z
  .strictObject({
    host: host().describe('Name or address of the router.'),
    port: port().default(161).describe('Port of its agent.'),
    community: secret().optional().describe('Word of SNMPv2c, which travels in plain text.'),
    user: name('a user name').optional().describe('User of SNMPv3, instead of a community.'),
    auth: key(['sha256', 'sha512', 'sha384', 'sha224', 'sha', 'md5'])
      .optional()
      .describe('How the user proves who they are.'),
    privacy: key(['aes', 'aes256b', 'aes256r', 'des']).optional().describe('How what is said is encrypted.'),
    interface: z
      .union(
        [
          z.strictObject({
            name: name('the name of an interface').describe('Its ifName, such as ge-0/0/1.'),
          }),
          z.strictObject({
            alias: name('the alias of an interface').describe('Its ifAlias, which people give it.'),
          }),
        ],
        { error: '{ name: NAME } or { alias: ALIAS }' },
      )
      .describe('The interface, by ifName or ifAlias: its number may change.'),
    speed: z
      .int({ error: 'a number of Mbit/s' })
      .min(1, { error: 'a number of Mbit/s' })
      .optional()
      .describe('Mbit/s at which it must run; a link that agreed on less is degraded.'),
    utilisation: percent()
      .prefault('85%')
      .describe('Share of its speed, either way, above which it is degraded.'),
    errors: percent()
      .prefault('0.1%')
      .describe('Share of its packets, broken or thrown away, above which it is degraded.'),
  })
  .refine(({ community, user }) => (community === undefined) !== (user === undefined), {
    error: 'a community or a user, one of the two',
    path: ['community'],
  })
  .refine(({ user, auth, privacy }) => user !== undefined || (auth ?? privacy) === undefined, {
    error: 'a user beside it',
    path: ['auth'],
  })
  .refine(({ auth, privacy }) => auth !== undefined || privacy === undefined, {
    error: 'auth beside it',
    path: ['privacy'],
  });

export default defineCheck({
  title: 'SNMP',
  summary: 'Asks a router or a switch about one interface: its state, speed, traffic and errors.',
  options,
  defaults: { everyMs: 60_000, timeoutMs: 10_000 },
  phases: ['resolve', 'reply'],
  slowMs: {},
  target: ({ host }) => host,
  load: loadNetSnmp,
  run: async (options, probe) => {
    const { utilisation, errors, speed: speedMbitMin } = options;
    const [naming, called] =
      'name' in options.interface
        ? (['name', options.interface.name] as const)
        : (['alias', options.interface.alias] as const);
    const seen = await askAgent(options, probe, (agent) =>
      findInterface(agent, naming, called, probe.before['ifIndex']),
    );
    if (seen === undefined)
      throw new Failure('bad_answer', `there is no interface with the ${naming} ${called}`);
    const rates = ratesSince(probe.before, seen);
    const facts = interfaceFacts(seen, rates);
    const problem = interfaceProblem(seen, rates, { utilisation, errors, speedMbitMin }, called);
    if (problem?.kind === 'fail') throw new Failure(problem.cause, problem.message, { facts });
    return { facts, ...(problem && { warning: problem }) };
  },
});
