// By which name somebody came. A page of another site can reach a listener from within a reader's browser by a name of its own
// that leads there (DNS rebinding), and read what it answers: the private side knows its names.
import { isIP } from 'node:net';

/** Of a `Host` header. No address and not `localhost` can be anybody else's name. */
export const isKnownHost = (host: string | undefined, names: readonly string[]): boolean => {
  const name = URL.parse(`http://${host}`)?.hostname ?? '';
  const isAddress = isIP(name.replaceAll(/^\[|\]$/g, '')) !== 0;
  return isAddress || name === 'localhost' || names.some((known) => known.toLowerCase() === name);
};

export const unknownHost =
  'This address does not know that name: to be asked by it, write it under listen.names of the configuration.\n';
