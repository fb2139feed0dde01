// A small DNS of its own that is signed: a zone above that a resolver trusts (Unbound), and zones below it (Knot).
import { freePort } from './daemon.ts';
import { startKnot } from './knot.ts';
import { canSign, makeSigner } from './signer.ts';
import { canUnbound, startUnbound } from './unbound.ts';

export const canSignZones = canSign && canUnbound;

const places = { parent: '127.0.0.2', servers: '127.0.0.3' } as const;

export type SignedZones = Awaited<ReturnType<typeof startSignedZones>>;

/** Zones below `test`, by their names, and how they are signed. */
export const startSignedZones = async (
  algorithms: Readonly<Record<string, string>> = { lab: 'ecdsap256sha256' },
) => {
  const port = await freePort();
  await using started = new AsyncDisposableStack();
  const names = Object.keys(algorithms);
  const signers = new Map(
    await Promise.all(
      Object.entries(algorithms).map(
        async ([name, algorithm]) =>
          [name, started.use(await makeSigner(`${name}.test`, algorithm))] as const,
      ),
    ),
  );
  const signer = (name: string) => {
    const found = signers.get(name);
    if (found === undefined) throw new Error(`no zone ${name}`);
    return found;
  };
  const above = started.use(await makeSigner('test', 'ed25519'));
  /** Knot cannot go back in time: what is old is signed first. */
  const sign = (name: string, hoursAgo = 0) => signer(name).sign(zone(`${name}.test`), hoursAgo);
  const expired = await sign(names[0] ?? '', 15 * 24);
  const expiring = await sign(names[0] ?? '', 14 * 24 - 12);
  const fresh = Object.fromEntries(
    await Promise.all(names.map(async (name) => [`${name}.test`, await sign(name)] as const)),
  );
  const renewed = await sign(names[0] ?? '');
  const stranger = started.use(await makeSigner(`${names[0]}.test`, 'ed25519'));
  const another = await stranger.sign(zone(`${names[0]}.test`));
  const pointers = names.map((name) => signer(name).ds());
  const parent = started.use(
    await startKnot(
      { test: await above.sign(zoneAbove(names, pointers)) },
      { addresses: [places.parent], port },
    ),
  );
  const servers = started.use(await startKnot(fresh, { addresses: [places.servers], port }));
  const upstreams = Object.fromEntries(names.map((name) => [`${name}.test`, `${places.servers}@${port}`]));
  const resolver = started.use(
    await startUnbound({
      upstreams: { test: `${places.parent}@${port}`, ...upstreams },
      trusted: above.ds().trim().split('\n'),
      // By itself it tries for longer than anybody waits.
      lines: ['outbound-msg-retry: 1', 'infra-cache-max-rtt: 1000'],
    }),
  );
  const end = started.move();
  return {
    check: (name = 'lab') => ({ zone: `${name}.test`, resolver: '127.0.0.1', port: resolver.port }),
    resolver,
    servers,
    texts: {
      expired,
      expiring,
      fresh: fresh['lab.test'] ?? '',
      renewed,
      another,
      unsigned: zone('lab.test'),
    },
    pointers,
    otherPointers: [stranger.ds()],
    /** The text of the zone `lab.test` from now on. */
    serve: async (text: string) => {
      servers.serve({ 'lab.test': text });
      await resolver.restart();
    },
    /** What the zone above says of it from now on. */
    delegate: async (pointers: readonly string[], names: readonly string[] = ['lab']) => {
      parent.serve({ test: await above.sign(zoneAbove(names, pointers)) });
      await resolver.restart();
    },
    [Symbol.asyncDispose]: () => end.disposeAsync(),
  };
};

const zone = (name: string): string => `
$ORIGIN ${name}.
@ 60 SOA NS1 Hostmaster 1 3600 600 86400 60
@ 60 NS NS1
@ 60 NS ns2
ns1 60 A ${places.servers}
ns2 60 A ${places.servers}
`;

const zoneAbove = (names: readonly string[], pointers: readonly string[]): string => `
$ORIGIN test.
@ 60 SOA ns hostmaster 1 3600 600 86400 60
@ 60 NS ns
ns 60 A ${places.parent}
${names.map((name) => `${name} 60 NS ns1.${name}\nns1.${name} 60 A ${places.servers}`).join('\n')}
${pointers.join('\n')}
`;
