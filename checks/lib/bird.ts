// The control socket of BIRD: asks about sessions, after the promise to change nothing.
import { countOf } from './bgp-session.ts';
import type { Session, Sessions } from './bgp-session.ts';
import type { Probe } from './contract.ts';
import { dialPath } from './dial.ts';
import { Dialogue, hangUp } from './dialogue.ts';
import { Failure } from './outcome.ts';

// A session is some forty lines a channel.
const limits = { replyBytesMax: 65_536, linesMax: 1_000 };
const refusals = /^[89]\d{3} /;
const noSuchProtocol = '8003 ';

/**
 * The sessions of these names that are there, with the laps `connect` and `reply`. Fails as `dialPath` and `Dialogue` do,
 * and with `protocol` when what answers is not BIRD or lets nobody ask.
 */
export const askBird = async (path: string, names: readonly string[], probe: Probe): Promise<Sessions> => {
  const socket = await dialPath(path, probe);
  const dialogue = new Dialogue(socket, probe, limits);
  const ask = async (question: string): Promise<readonly string[]> => {
    dialogue.sendBytes(Buffer.from(`${question}\n`));
    return replyTo(dialogue);
  };
  try {
    const [greeting = ''] = await replyTo(dialogue);
    if (!greeting.startsWith('0001 BIRD')) throw new Failure('protocol', `this is not BIRD: ${greeting}`);
    await mustAccept(ask('restrict'));
    const clock = clockOf(await mustAccept(ask('show status')));
    const byName = new Map<string, Session>();
    for (const name of names) {
      const reply = await ask(`show protocols all "${name}"`);
      if (reply.at(-1)?.startsWith(noSuchProtocol) === true) continue;
      const session = parseSession(await mustAccept(reply), name, clock);
      if (session !== undefined) byName.set(name, session);
    }
    probe.timing.lap('reply');
    return { byName, at: probe.now() };
  } finally {
    hangUp(socket);
  }
};

/** `NNNN-` begins or goes on, a space goes on with the same code, `NNNN ` ends. */
const replyTo = (dialogue: Dialogue): Promise<readonly string[]> =>
  dialogue.lines((line) => {
    if (!/^(?:\d{4}[ -]| )/.test(line)) throw new Failure('protocol', `this is not BIRD: ${line}`);
    return /^\d{4} /.test(line);
  });

const mustAccept = async (
  replying: readonly string[] | Promise<readonly string[]>,
): Promise<readonly string[]> => {
  const reply = await replying;
  const last = reply.at(-1) ?? '';
  if (refusals.test(last)) throw new Failure('protocol', `BIRD refuses: ${last.slice(5)}`);
  return reply;
};

/** Local time of BIRD's machine, as if it were UTC: it is only compared with its like. Nothing in a format that has no day. */
const timeOf = (text: string | undefined): number | undefined => {
  const [, day, time] = /(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)/.exec(text ?? '') ?? [];
  return day === undefined ? undefined : Date.parse(`${day}T${time}Z`);
};

const clockOf = (status: readonly string[]): number | undefined =>
  timeOf(status.find((line) => line.includes('Current server time is')));

const headPattern = /^1002-(\S+)\s+BGP\s+\S+\s+(\S+)\s+(\d{4}-\d\d-\d\d(?: [\d:.]+)?|[\d:.]+)\s*(.*)$/;
const countsPattern = /(\d+) (imported|exported|preferred)/g;

const parseSession = (
  lines: readonly string[],
  name: string,
  clock: number | undefined,
): Session | undefined => {
  const [, found, protocolState = '', since = '', info = ''] =
    lines.map((line) => headPattern.exec(line)).find((match) => match !== null) ?? [];
  if (found !== name) return undefined;
  const isEstablished = protocolState === 'up' && info.startsWith('Established');
  const sinceMs = timeOf(since);
  const counts = { imported: 0, exported: 0, preferred: 0 };
  // One line a channel.
  for (const line of lines)
    if (/^ +Routes:/.test(line))
      for (const [, count, what] of line.matchAll(countsPattern))
        counts[what as keyof typeof counts] += countOf(count);
  const state = info.trim().replace(/\s{2,}/g, ', ');
  return {
    isEstablished,
    state: state === '' ? protocolState : state,
    ...(isEstablished &&
      clock !== undefined &&
      sinceMs !== undefined && { establishedMs: Math.max(0, clock - sinceMs) }),
    ...counts,
  };
};
