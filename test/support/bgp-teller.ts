// What birdwatcher, FRR and RIPEstat say of BGP, in the shape in which they say it; a page and a file that say so.
import { rmSync, utimesSync, writeFileSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { answerOf, serveAnswers } from './web.ts';

export interface Teller extends AsyncDisposable {
  readonly url: string;
  readonly file: string;
  /** What the page says from now on. */
  readonly tell: (document: string) => void;
  readonly refuse: (status: number) => void;
  /** What the file says from now on, written so long ago. */
  readonly write: (document: string, ageMs?: number) => void;
}

export const startTeller = async (): Promise<Teller> => {
  const folder = mkdtempSync(join(tmpdir(), 'vigie-bgp-'));
  const file = join(folder, 'summary.json');
  let answer = answerOf(404);
  const server = await serveAnswers(() => answer);
  return {
    url: `http://127.0.0.1:${server.port}/`,
    file,
    tell: (document) => {
      answer = answerOf(200, document);
    },
    refuse: (status) => {
      answer = answerOf(status);
    },
    write: (document, ageMs = 0) => {
      writeFileSync(file, document);
      const writtenAt = (Date.now() - ageMs) / 1_000;
      utimesSync(file, writtenAt, writtenAt);
    },
    [Symbol.asyncDispose]: async () => {
      await server[Symbol.asyncDispose]();
      rmSync(folder, { recursive: true });
    },
  };
};

/** `/protocols/bgp` of birdwatcher, for the sessions R1 and R2. */
export const watcherOf = ({
  down = [],
  ageMs = 0,
  now = Date.now(),
}: { readonly down?: readonly string[]; readonly ageMs?: number; readonly now?: number } = {}): string =>
  JSON.stringify({
    api: {
      Version: '2.2.5',
      result_from_cache: ageMs > 0,
      cache_status: { cached_at: { date: new Date(now - ageMs).toISOString(), timezone_type: '' } },
    },
    ttl: new Date(now - ageMs + 300_000).toISOString(),
    protocols: Object.fromEntries(
      ['R1', 'R2'].map((name, index) => {
        const isDown = down.includes(name);
        return [
          name,
          {
            protocol: name,
            bird_protocol: 'BGP',
            state: isDown ? 'start' : 'up',
            bgp_state: isDown ? 'Active' : 'Established',
            neighbor_address: `192.0.2.${index + 1}`,
            neighbor_as: 64_500 + index,
            last_error: isDown ? 'Received: Administrative shutdown' : '',
            state_changed: '2026-11-22 02:23:57',
            routes: isDown
              ? { imported: 0, filtered: 0, exported: 0, preferred: 0 }
              : { imported: 700, filtered: 3, exported: 4, preferred: 650 },
          },
        ];
      }),
    ),
  });

/** `show bgp summary json` of FRR, for a peer of each family; some of its versions write numbers as text. */
export const summaryOf = ({
  down = [],
  received = 900_000,
}: { readonly down?: readonly string[]; readonly received?: number } = {}): string => {
  const peer = (address: string, more: object = {}) => ({
    [address]: {
      remoteAs: 64_500,
      version: 4,
      msgRcvd: 100,
      msgSent: 90,
      peerUptime: '01w2d03h',
      peerUptimeMsec: 788_400_000,
      pfxRcd: down.includes(address) ? 0 : received,
      pfxSnt: down.includes(address) ? 0 : '4',
      state: down.includes(address) ? 'Active' : 'Established',
      peerState: 'OK',
      ...more,
    },
  });
  const table = (peers: object) => ({
    routerId: '192.0.2.254',
    as: 64_501,
    vrfName: 'default',
    peerCount: 2,
    peers,
  });
  return JSON.stringify({
    ipv4Unicast: table({ ...peer('192.0.2.1'), ...peer('2001:db8::1', { state: 'NoNeg', pfxRcd: 0 }) }),
    ipv6Unicast: table(peer('2001:db8::1')),
  });
};

/** The looking glass of RIPEstat, for a prefix of AS64500. */
export const glassOf = ({
  peers = 300,
  misled = 0,
  upstream = 64_496,
  now = Date.now(),
}: {
  readonly peers?: number;
  /** How many of them believe that AS64666 has it. */
  readonly misled?: number;
  readonly upstream?: number;
  readonly now?: number;
} = {}): string => {
  const time = new Date(now).toISOString().slice(0, 19);
  const route = (index: number) => {
    const origin = index < misled ? 64_666 : 64_500;
    return {
      asn_origin: String(origin),
      as_path: `${65_000 + index} ${upstream} ${origin} ${origin}`,
      community: `${upstream}:100`,
      largeCommunity: '',
      last_updated: '2026-10-27T20:31:21.870000',
      prefix: '192.0.2.0/24',
      peer: `198.51.100.${index % 250}`,
      origin: 'IGP',
      latest_time: time,
    };
  };
  const collectors = Array.from({ length: Math.ceil(peers / 30) }, (_, collector) => ({
    rrc: `RRC${String(collector).padStart(2, '0')}`,
    location: 'Paris, FR',
    peers: Array.from({ length: Math.min(30, peers - collector * 30) }, (_, index) =>
      route(collector * 30 + index),
    ),
  }));
  return JSON.stringify({
    status: 'ok',
    status_code: 200,
    data_call_name: 'looking-glass',
    data: { rrcs: collectors, query_time: time, latest_time: time, parameters: { resource: '192.0.2.0/24' } },
  });
};
