// TLS as every check speaks it: the same options, one step that encrypts and judges.
import type { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { z } from 'zod';
import { duration, host, localFile } from '../../config/fields.ts';
import { verdict } from './certificate.ts';
import type { Probe, Seen } from './contract.ts';
import { secure } from './handshake.ts';
import { Failure } from './outcome.ts';
import { certificatesInPem, tlsVersions, trustIn } from './trust.ts';

const usualVersion = 'TLSv1.2';

/** Options to spread into those of a check. */
export const tlsFields = {
  servername: host().optional().describe('Name that the certificate must be for, if it is not the host.'),
  ca: localFile(
    z
      .string({ error: 'the path of a PEM file, or PEM text' })
      .min(1)
      .optional()
      .describe('Authorities to trust besides the public ones: path of a PEM file, or PEM text.'),
    certificatesInPem,
  ),
  'min-version': z
    .enum(tlsVersions, { error: `one of ${tlsVersions.join(', ')}` })
    .default(usualVersion)
    .describe('A server that offers only older versions fails.'),
  expires: z
    .strictObject({
      warn: duration().describe(
        'Warn when a certificate has less left than this. Without it: 14 days, or a third of its life if it lives less than 42 days.',
      ),
    })
    .optional()
    .describe('When a certificate is about to expire.'),
};

export type TlsOptions = z.output<z.ZodObject<typeof tlsFields>> & { readonly host: string };

/** The options that say something; what every handshake demands is as if it were not written. */
export const writtenTls = (options: Omit<TlsOptions, 'host'>): readonly string[] =>
  (['servername', 'ca', 'min-version', 'expires'] as const).filter(
    (option) => options[option] !== undefined && options[option] !== usualVersion,
  );

/**
 * Encrypts and judges, with the lap `tls`. The caller owns the answered socket; on failure everything is destroyed.
 * Fails as `secure` and `verdict` do.
 */
export const startTls = async (
  socket: Socket,
  options: TlsOptions,
  probe: Probe,
  alpn?: readonly string[],
): Promise<{ readonly socket: TLSSocket; readonly seen: Seen }> => {
  const { host, servername = host, ca, expires, 'min-version': minVersion } = options;
  const trust = await trustIn(ca).catch((error: unknown) => {
    socket.destroy();
    throw error;
  });
  const encrypted = await secure(socket, { servername, trust, minVersion, ...(alpn && { alpn }) }, probe);
  const seen = verdict(encrypted, { servername, trust, now: probe.now(), warnMs: expires?.warn });
  if (seen instanceof Failure) {
    encrypted.destroy();
    throw seen;
  }
  return { socket: encrypted, seen };
};
