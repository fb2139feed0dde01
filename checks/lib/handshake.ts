// TLS on a connection that is already open. Any certificate will do here: `certificate.ts` judges it afterwards,
// so that an expired one still tells when it expired.
import { isIP } from 'node:net';
import type { Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { TLSSocket } from 'node:tls';
import type { Probe } from './contract.ts';
import { abortError, networkError } from './dial.ts';
import { Failure } from './outcome.ts';
import { publicTrust } from './trust.ts';
import type { TlsVersion, Trust } from './trust.ts';

export interface Handshake {
  /** The name that is asked for (SNI), or the address, which SNI does not carry (RFC 6066 §3). */
  readonly servername: string;
  readonly trust?: Trust;
  /** The oldest version that will do; older ones fail with `tls_proto`. */
  readonly minVersion?: TlsVersion;
  readonly alpn?: readonly string[];
  readonly timeoutMs?: number;
  /** Of an earlier connection, to be resumed: the proof that both are of the same client. */
  readonly session?: Buffer;
}

const defaultTimeoutMs = 3_000;

/**
 * Encrypts, with the lap `tls`. The caller owns the answered socket; on failure both sockets are destroyed.
 * Fails with `timeout_tls`, `tls_proto`, `tls_name` (the server knows no such name), `reset`.
 */
export const secure = async (socket: Socket, handshake: Handshake, probe: Probe): Promise<TLSSocket> => {
  const encrypted = await shakeHands(socket, handshake, probe);
  probe.timing.lap('tls');
  return encrypted;
};

const shakeHands = (
  socket: Socket,
  {
    servername,
    trust = publicTrust,
    minVersion = 'TLSv1.2',
    alpn,
    session,
    timeoutMs = defaultTimeoutMs,
  }: Handshake,
  { signal }: Probe,
): Promise<TLSSocket> =>
  new Promise((resolve, reject) => {
    const encrypted = connectTls({
      socket,
      secureContext: trust.context(minVersion),
      rejectUnauthorized: false,
      checkServerIdentity: () => undefined,
      ...(isIP(servername) === 0 && { servername: servername.replace(/\.$/, '') }),
      ...(session && { session }),
      ...(alpn && { ALPNProtocols: [...alpn] }),
    });
    const fail = (error: Error) => {
      settle();
      encrypted.destroy();
      socket.destroy();
      reject(error);
    };
    const onAbort = () => fail(abortError(signal, 'timeout_tls', 'no end of the TLS handshake'));
    const onError = (error: NodeJS.ErrnoException) => fail(handshakeError(error));
    const onClose = () => fail(hungUp());
    const timer = setTimeout(
      () => fail(new Failure('timeout_tls', `no end of the TLS handshake within ${timeoutMs} ms`)),
      timeoutMs,
    );
    const settle = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', onAbort);
      encrypted.removeListener('close', onClose);
      // A late error reaches whoever reads; it must not end the process.
      encrypted.removeListener('error', onError).on('error', () => {});
    };
    signal.addEventListener('abort', onAbort, { once: true });
    encrypted.once('error', onError);
    encrypted.once('close', onClose);
    encrypted.once('secureConnect', () => {
      settle();
      resolve(encrypted);
    });
    // Lost since it was dialled: TLS would wait for the end of a socket that has ended.
    if (signal.aborted) onAbort();
    else if (socket.destroyed) onClose();
  });

const hungUp = (): Failure => new Failure('reset', 'the server hung up during the TLS handshake');

const handshakeError = (error: NodeJS.ErrnoException & { reason?: string }): Error => {
  const { code = '', reason = error.message } = error;
  if (code === 'ERR_SSL_WRONG_VERSION_NUMBER')
    return new Failure('tls_proto', 'the server does not answer in TLS');
  if (code === 'ERR_SSL_TLSV1_UNRECOGNIZED_NAME')
    return new Failure('tls_name', 'the server knows no such name');
  if (code.startsWith('ERR_SSL_') || code.startsWith('ERR_TLS_'))
    return new Failure('tls_proto', `the TLS handshake failed: ${reason}`);
  return networkError(error, 'the server');
};
