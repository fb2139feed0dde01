// The one way to open a connection: resolve, then connect to one address of one family, each a phase of its own.
// Node would try addresses in turn (happy eyeballs) and so hide a family that is dead: here that is off.
import { createSocket } from 'node:dgram';
import { connect as connectSocket, isIP } from 'node:net';
import type { NetConnectOpts, Socket } from 'node:net';
import { Deadline } from './contract.ts';
import type { Family, Probe } from './contract.ts';
import { Failure, Unfit } from './outcome.ts';

export interface Endpoint {
  readonly host: string;
  readonly port: number;
  readonly connectTimeoutMs?: number;
}

const defaultConnectTimeoutMs = 3_500;

/**
 * Connects, with the laps `resolve` (of a name) and `connect`. The caller owns the socket; the probe's signal destroys it.
 * Fails with `dns_…`, `refused`, `reset`, `unreachable`, `timeout_connect`.
 */
export const dial = async (endpoint: Endpoint, probe: Probe): Promise<Socket> => {
  const { host, port, connectTimeoutMs = defaultConnectTimeoutMs } = endpoint;
  const address = await resolveOne(host, probe);
  const options = { host: address, port, family: probe.family, autoSelectFamily: false, noDelay: true };
  const where = `${address} port ${port}`;
  try {
    return await connect(options, where, connectTimeoutMs, probe);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== noWayCode) throw error;
    throw (
      (await routeProblem(address, where, probe.family)) ??
      new Failure('unreachable', `a router knows no way to ${where}`)
    );
  }
};

/** A router that knows no way says so, and then TCP has the same word for it as for a machine that has none itself. */
const noWayCode = 'ENETUNREACH';

/** Connects to a Unix socket of this machine, with the lap `connect`. Unfit when we may not; else it fails as `dial` does. */
export const dialPath = async (path: string, probe: Probe): Promise<Socket> => {
  try {
    return await connect({ path }, path, defaultConnectTimeoutMs, probe);
  } catch (error) {
    if (error instanceof Failure && error.cause === 'unreachable')
      throw new Unfit('self_misconfigured', `we may not open ${path}`);
    throw error;
  }
};

/** One address of `host` in the probe's family, another at each turn so that each is asked. Ends the lap `resolve`, but for a literal: there is nothing to look up. */
export const resolveOne = async (host: string, probe: Probe): Promise<string> => {
  const addresses = await probe.resolver.addresses(host, probe.family);
  if (isIP(host) === 0) probe.timing.lap('resolve');
  // What went by is our own start: loading a library, a turn of the event loop.
  else probe.timing.skip();
  probe.signal.throwIfAborted();
  return addresses[probe.turn % addresses.length] ?? host;
};

const connect = (
  options: NetConnectOpts,
  where: string,
  timeoutMs: number,
  { signal, timing }: Probe,
): Promise<Socket> =>
  new Promise((resolve, reject) => {
    const socket = connectSocket(options);
    const fail = (error: Error) => {
      settle();
      socket.destroy();
      reject(error);
    };
    const onAbort = () => fail(abortError(signal, 'timeout_connect', `no connection to ${where}`));
    const onError = (error: NodeJS.ErrnoException) =>
      fail(error.code === noWayCode ? error : networkError(error, where));
    const timer = setTimeout(
      () => fail(new Failure('timeout_connect', `no connection to ${where} within ${timeoutMs} ms`)),
      timeoutMs,
    );
    const settle = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', onAbort);
      socket.removeListener('error', onError);
    };
    signal.addEventListener('abort', onAbort, { once: true });
    socket.once('error', onError);
    socket.once('connect', () => {
      settle();
      // The socket's own errors reach whoever reads from it; one that comes late must not end the process.
      socket.on('error', () => {});
      signal.addEventListener('abort', () => socket.destroy(), { once: true });
      timing.lap('connect');
      resolve(socket);
    });
  });

/** Why a signal ended an operation: the time was up (this failure), or we stop (the signal's own reason). */
export const abortError = (
  signal: AbortSignal,
  cause: 'timeout_connect' | 'timeout_tls' | 'timeout_reply',
  evidence: string,
): Error =>
  signal.reason instanceof Deadline
    ? new Failure(cause, `${evidence} within ${signal.reason.timeoutMs} ms`)
    : (signal.reason as Error);

/** Why our own machine has no way to an address: it is asked, and nothing is sent. */
export const routeProblem = (
  address: string,
  where: string,
  family: Family,
): Promise<Failure | Unfit | undefined> =>
  new Promise((resolve) => {
    const socket = createSocket({ type: `udp${family}` });
    socket.connect(7, address, (error?: NodeJS.ErrnoException) => {
      socket.close();
      resolve(error && networkError(error, where));
    });
  });

const noRoute = new Set(['ENETUNREACH', 'EADDRNOTAVAIL', 'ENETDOWN']);
const unreachable = new Set(['EHOSTUNREACH', 'EHOSTDOWN', 'EACCES', 'EPERM']);
const hungUp = new Set(['ECONNRESET', 'EPIPE', 'ECONNABORTED']);

/** What an error of a socket says about the target, or about us. */
export const networkError = (error: NodeJS.ErrnoException, where: string): Failure | Unfit => {
  const code = error.code ?? '';
  if (code === 'ECONNREFUSED') return new Failure('refused', `${where} refused the connection`);
  if (code === 'ENOENT') return new Failure('refused', `nobody listens at ${where}`);
  if (hungUp.has(code)) return new Failure('reset', `${where} cut the connection`);
  if (code === 'ETIMEDOUT')
    return new Failure('timeout_connect', `no connection to ${where}: the network gave up`);
  if (unreachable.has(code)) return new Failure('unreachable', `${where} is unreachable (${code})`);
  // Our own machine has no route or no address of this family: that says nothing about the target.
  if (noRoute.has(code)) return new Unfit('self_no_network', `no route to ${where} from here (${code})`);
  return new Failure('protocol', `${where}: ${error.message}`);
};
