// BGP sessions as birdwatcher and FRR tell them in JSON.
import { countOf } from './bgp-session.ts';
import type { Session, Sessions } from './bgp-session.ts';
import { isObject, numberIn, objectAt, textAt } from './json-object.ts';
import type { JsonObject } from './json-object.ts';
import { Failure } from './outcome.ts';

/**
 * What birdwatcher answers at `/protocols/bgp`, which may be minutes old: it keeps what BIRD said. Fails with `protocol`
 * when it is something else. `receivedAt` in epoch milliseconds.
 */
export const readBirdwatcher = (
  document: unknown,
  names: readonly string[],
  receivedAt: number,
): Sessions => {
  if (!isObject(document) || !isObject(document['protocols']))
    throw new Failure('protocol', `no protocols of birdwatcher: ${textAt(document, 'error') ?? 'no reason'}`);
  const protocols = document['protocols'];
  const cachedAt = Date.parse(
    textAt(objectAt(objectAt(objectAt(document, 'api'), 'cache_status'), 'cached_at'), 'date') ?? '',
  );
  const sessions = names.flatMap((name) => {
    const protocol = objectAt(protocols, name);
    const state = textAt(protocol, 'state');
    return state === undefined ? [] : [[name, birdwatcherSession(protocol, state)] as const];
  });
  return {
    byName: new Map(sessions),
    at: Number.isFinite(cachedAt) ? Math.min(cachedAt, receivedAt) : receivedAt,
  };
};

const birdwatcherSession = (protocol: JsonObject, state: string): Session => {
  const channels = Object.values(objectAt(protocol, 'channels')).map((channel) =>
    objectAt(channel, 'routes'),
  );
  const routes = channels.length > 0 ? channels : [objectAt(protocol, 'routes')];
  const sum = (key: string) => routes.reduce((total, one) => total + countOf(one[key]), 0);
  const isEstablished = state.toLowerCase() === 'up';
  const reasons = [state, textAt(protocol, 'bgp_state'), textAt(protocol, 'last_error')];
  return {
    isEstablished,
    state: isEstablished ? 'Established' : reasons.filter(Boolean).join(', '),
    imported: sum('imported'),
    exported: sum('exported'),
    preferred: sum('preferred'),
  };
};

/** Families of addresses may be in routing tables of their own (VRF): no deeper. */
const depthMax = 3;

/**
 * What `vtysh -c 'show bgp summary json'` prints: peers by address, inside one object a family of addresses, perhaps
 * inside one a routing table. Fails with `protocol` when it is something else.
 */
export const readFrr = (document: unknown, names: readonly string[], at: number): Sessions => {
  const tables = tablesIn(document, depthMax);
  if (tables.length === 0) throw new Failure('protocol', 'no peers as in a summary of FRR');
  const sessions = names.flatMap((name) => {
    const peers = tables.map((table) => objectAt(table, name)).filter((peer) => 'state' in peer);
    return peers.length === 0 ? [] : [[name, frrSession(peers)] as const];
  });
  return { byName: new Map(sessions), at };
};

const tablesIn = (value: unknown, depth: number): readonly JsonObject[] => {
  if (!isObject(value) || depth === 0) return [];
  const peers = value['peers'];
  return isObject(peers) ? [peers] : Object.values(value).flatMap((inner) => tablesIn(inner, depth - 1));
};

// A family that the peer does not want stays `NoNeg` for ever, while the session itself is well.
const frrSession = (peers: readonly JsonObject[]): Session => {
  const established = peers.filter((peer) => peer['state'] === 'Established');
  const [best] = established;
  const sum = (key: string) => established.reduce((total, peer) => total + countOf(peer[key]), 0);
  const upMs = numberIn(best?.['peerUptimeMsec']);
  return {
    isEstablished: best !== undefined,
    state: best === undefined ? (textAt(peers[0], 'state') ?? 'no state') : 'Established',
    ...(Number.isSafeInteger(upMs) && { establishedMs: upMs }),
    imported: sum('pfxRcd'),
    exported: sum('pfxSnt'),
  };
};
