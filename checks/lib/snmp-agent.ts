// Asks an SNMP agent. The datagrams are ours: only the agent's are heard, and none of them can throw where nobody catches.
import { createSocket } from 'node:dgram';
import type { Session, SessionOptions, User, Varbind } from 'net-snmp';
import type { Secret } from '../../config/secret.ts';
import { Deadline } from './contract.ts';
import type { Probe } from './contract.ts';
import { networkError, resolveOne } from './dial.ts';
import { Failure, Unfit } from './outcome.ts';

/** Without `auth` it is SNMPv2c, whose community everybody on the way can read. */
export interface AgentAddress {
  readonly host: string;
  readonly port: number;
  readonly community?: Secret | undefined;
  readonly user?: string | undefined;
  readonly auth?: { readonly protocol: string; readonly key: Secret } | undefined;
  readonly privacy?: { readonly protocol: string; readonly key: Secret } | undefined;
}

export interface Agent {
  /** Values in the order of the objects; nothing for one that the agent does not have. */
  readonly get: (oids: readonly string[]) => Promise<readonly unknown[]>;
  /** The rows of a column: index and value, at most `rowsMax`. */
  readonly column: (oid: string) => Promise<readonly (readonly [index: number, value: unknown])[]>;
}

const rowsMax = 4_096;
const rowsAtOnce = 25;
const triesTimeoutMs = 2_000;
/** Codes of the library: the proof of who speaks is wrong, or the text cannot be decrypted. */
const refusedCodes: ReadonlySet<unknown> = new Set([4, 5]);
const refusedStatuses: ReadonlySet<unknown> = new Set([6, 16]);
const missingTypes: ReadonlySet<unknown> = new Set([128, 129, 130]);

/** Three megabytes that only a thread that asks agents should have. */
export const loadNetSnmp = async () => (await import('net-snmp')).default;

/**
 * Converses with an agent, with the laps `resolve` and `reply`. A busy router answers others before it answers us: an agent
 * that is silent, or talks nonsense, is no evidence about what it would tell (`self_no_source`). Leaves no socket behind.
 */
export const askAgent = async <Told>(
  address: AgentAddress,
  probe: Probe,
  talk: (agent: Agent) => Promise<Told>,
): Promise<Told> => {
  const snmp = await loadNetSnmp();
  const host = await resolveOne(address.host, probe);
  const { promise: broken, reject: breakOff } = Promise.withResolvers<never>();
  broken.catch(() => {});
  const silence = () =>
    breakOff(
      probe.signal.reason instanceof Deadline
        ? new Unfit(
            'self_no_source',
            `the agent at ${host} does not answer within ${probe.signal.reason.timeoutMs} ms`,
          )
        : probe.signal.reason,
    );
  const options: SessionOptions = {
    port: address.port,
    transport: probe.family === 4 ? 'udp4' : 'udp6',
    retries: 1,
    timeout: triesTimeoutMs,
    dgramModule: { createSocket: (type) => datagrams(type, host, address.port, breakOff) },
  };
  const session =
    address.user === undefined
      ? snmp.createSession(host, address.community?.expose() ?? 'public', {
          ...options,
          version: snmp.Version2c,
        })
      : snmp.createV3Session(host, userOf(snmp, address.user, address), options);
  // What cannot be read at all: the request it may have answered is still waited for.
  session.on('error', () => {});
  probe.signal.addEventListener('abort', silence, { once: true });
  try {
    const told = await Promise.race([talk(agentOf(session, host)), broken]);
    probe.timing.lap('reply');
    return told;
  } finally {
    probe.signal.removeEventListener('abort', silence);
    session.close();
  }
};

const userOf = (
  { SecurityLevel, AuthProtocols, PrivProtocols }: Awaited<ReturnType<typeof loadNetSnmp>>,
  name: string,
  { auth, privacy }: AgentAddress,
): User => {
  const level = privacy
    ? SecurityLevel.authPriv
    : auth
      ? SecurityLevel.authNoPriv
      : SecurityLevel.noAuthNoPriv;
  const authProtocol = AuthProtocols[auth?.protocol ?? ''];
  const privProtocol = PrivProtocols[privacy?.protocol ?? ''];
  return {
    name,
    level,
    ...(auth && authProtocol !== undefined && { authProtocol, authKey: auth.key.expose() }),
    ...(privacy && privProtocol !== undefined && { privProtocol, privKey: privacy.key.expose() }),
  };
};

/** A socket as the library wants it, connected to the agent. */
const datagrams = (type: string, host: string, port: number, breakOff: (reason: Error) => void): object => {
  const socket = createSocket(type === 'udp6' ? 'udp6' : 'udp4');
  const told = (error: Error) => breakOff(noSource(networkError(error, `${host} port ${port}`)));
  const connected = new Promise<void>((resolve) =>
    socket.connect(port, host, (error?: Error) => (error === undefined ? resolve() : told(error))),
  );
  let isClosed = false;
  socket.on('error', told);
  return {
    ref: () => {},
    unref: () => {},
    on: (event: string, hear: (bytes: Buffer) => void) => {
      if (event === 'close') socket.on('close', hear);
      if (event !== 'message') return;
      socket.on('message', (bytes) => {
        try {
          hear(bytes);
        } catch {
          breakOff(new Unfit('self_no_source', `the agent at ${host} talks nonsense`));
        }
      });
    },
    send: (bytes: Buffer, ...rest: readonly unknown[]) => {
      const sent = rest.at(-1) as (error: Error | null) => void;
      void connected.then(() => isClosed || socket.send(bytes, (error) => isClosed || sent(error)));
    },
    close: () => {
      isClosed = true;
      socket.close();
    },
  };
};

const noSource = (error: Failure | Unfit): Unfit =>
  error instanceof Unfit ? error : new Unfit('self_no_source', `no answer of the agent: ${error.message}`);

const agentOf = (session: Session, host: string): Agent => {
  const failed = (error: Error): Error => explain(error, host);
  return {
    get: (oids) =>
      new Promise((resolve, reject) => {
        session.get(oids, (error, varbinds = []) => {
          if (error !== null) return reject(failed(error));
          const byOid = new Map(varbinds.map((varbind) => [varbind.oid, varbind]));
          resolve(oids.map((oid) => valueOf(byOid.get(oid))));
        });
      }),
    column: async (oid) => {
      const rows: (readonly [number, unknown])[] = [];
      for (let from = oid, last = -1; rows.length < rowsMax;) {
        const batch = await new Promise<readonly Varbind[]>((resolve, reject) =>
          session.getBulk([from], 0, rowsAtOnce, (error, varbinds = []) =>
            error === null ? resolve(varbinds[0] ?? []) : reject(failed(error)),
          ),
        );
        for (const { oid: found, type, value } of batch) {
          const index = found.startsWith(`${oid}.`) ? Number(found.slice(oid.length + 1)) : Number.NaN;
          // The end of the column, of all there is, or of an agent that goes round in circles.
          if (!(index > last) || missingTypes.has(type)) return rows;
          rows.push([index, value]);
          last = index;
          from = found;
        }
        if (batch.length === 0) return rows;
      }
      return rows;
    },
  };
};

const valueOf = (varbind: Varbind | undefined): unknown =>
  varbind === undefined || missingTypes.has(varbind.type) ? undefined : varbind.value;

/** Never in the words of the library: it repeats communities. */
const explain = (
  error: Error & { readonly code?: unknown; readonly status?: unknown },
  host: string,
): Error => {
  if (error instanceof Failure || error instanceof Unfit) return error;
  if (refusedCodes.has(error.code) || refusedStatuses.has(error.status))
    return new Unfit('self_misconfigured', `the agent at ${host} does not let us in`);
  return error.name === 'RequestTimedOutError'
    ? new Unfit('self_no_source', `the agent at ${host} does not answer, or does not let us in`)
    : new Unfit('self_no_source', `the agent at ${host} talks nonsense (${error.name})`);
};
