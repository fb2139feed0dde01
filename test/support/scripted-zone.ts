// The servers of a zone, and one of the zone above, that lie as a test wants: 127.0.0.1 is above, 127.0.0.2 and 3 have the zone.
import packet from 'dns-packet';
import type { Answer, DecodedPacket, Packet } from 'dns-packet';
import { freePort } from './daemon.ts';
import { replyTo, startNameServer } from './name-server.ts';

export const ns = (data: string): Answer => ({ type: 'NS', name: 'example.org', data });
export const a = (name: string, data: string): Answer => ({ type: 'A', name, data });
export const soa = (serial: number): Answer => ({
  type: 'SOA',
  name: 'example.org',
  data: { mname: 'ns1.example.org', rname: 'host.example.org', serial },
});
export const edns: Answer = {
  type: 'OPT',
  name: '.',
  udpPayloadSize: 1_232,
  extendedRcode: 0,
  ednsVersion: 0,
  flags: 0,
  flag_do: false,
  options: [],
};
export const names = [ns('ns1.example.org'), ns('NS2.example.org')];
export const addresses = [a('ns1.example.org', '127.0.0.2'), a('ns2.example.org', '127.0.0.3')];

/** What a server says instead of what it should. */
export interface Lies {
  readonly soa?: Packet;
  readonly ns?: Packet;
  readonly parent?: Packet;
  /** It says nothing over this, or nothing to the first question. */
  readonly silent?: 'udp' | 'tcp' | 'first';
  /** What becomes of its replies; whatever that is, the unspoiled one follows. */
  readonly spoil?: (reply: Buffer) => Buffer;
}

const datagramBytesMax = 60_000;

const speak =
  (truth: (asked: DecodedPacket) => Packet, lies: Lies) =>
  (asked: DecodedPacket, count: number): readonly Buffer[] => {
    const overTcp = Number.isNaN(count);
    if (lies.silent === (overTcp ? 'tcp' : 'udp') || (lies.silent === 'first' && count === 1)) return [];
    const reply = replyTo(asked, truth(asked));
    return lies.spoil === undefined ? [reply] : [lies.spoil(reply).subarray(0, datagramBytesMax), reply];
  };

const parent = (lies: Lies) =>
  speak(() => ({ answers: [], authorities: names, additionals: addresses, ...lies.parent }), lies);
const server = (lies: Lies) =>
  speak(({ questions }) => {
    const flags = packet.AUTHORITATIVE_ANSWER;
    return questions?.[0]?.type === 'SOA'
      ? { flags, answers: [soa(7)], additionals: [edns], ...lies.soa }
      : { flags, answers: names, additionals: [...addresses, edns], ...lies.ns };
  }, lies);

export interface ScriptedZone {
  readonly ns1?: Lies;
  readonly ns2?: Lies;
  readonly above?: Lies;
}

export const startScriptedZone = async ({ ns1 = {}, ns2 = {}, above = {} }: ScriptedZone = {}) => {
  const port = await freePort();
  await using servers = new AsyncDisposableStack();
  servers.use(await startNameServer(parent(above), { port }));
  servers.use(await startNameServer(server(ns1), { host: '127.0.0.2', port, tcp: true }));
  servers.use(await startNameServer(server(ns2), { host: '127.0.0.3', port, tcp: true }));
  const end = servers.move();
  return { port, [Symbol.asyncDispose]: () => end.disposeAsync() };
};
