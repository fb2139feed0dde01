// What is ready goes to whoever asks for it as it is: no route is looked for and nothing is made on the way. A page that many
// want at once is then as cheap as Node can make it.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { headersOf } from './policy.ts';
import { answerTo } from './rendered.ts';
import type { Rendered } from './rendered.ts';

/** By the whole path that was asked for; what is there is for everybody, and made of what is published. */
export type Shelf = (path: string) => Rendered | undefined;

/** Whether it was there. */
export const handOut = (shelf: Shelf, incoming: IncomingMessage, outgoing: ServerResponse): boolean => {
  if (incoming.method !== 'GET' && incoming.method !== 'HEAD') return false;
  if (!plainHost.test(incoming.headers.host ?? '')) return false;
  const page = shelf(incoming.url ?? '');
  if (page === undefined) return false;
  const { status, headers, body } =
    incoming.headers['if-none-match'] === undefined
      ? packed(page, incoming.headers['accept-encoding'] ?? '')
      : pack(page, incoming.headers);
  outgoing.writeHead(status, headers).end(body);
  return true;
};

/** Whoever asks for another one is refused by the app (RFC 9112 §3.2). */
const plainHost = /^[\w.:[\]-]+$/;

type Parcel = ReturnType<typeof pack>;

const pack = (page: Rendered, asked: IncomingMessage['headers']) => {
  const answer = answerTo(asked, page);
  const headers = headersOf(answer, 'snapshot');
  const { status, body } = answer;
  return body === null
    ? { status, headers, body }
    : { status, body, headers: { ...headers, 'Content-Length': String(body.length) } };
};

/** Browsers accept the same few things in the same few words. */
const wordingsMax = 8;
const parcels = new WeakMap<Rendered, Map<string, Parcel>>();

const packed = (page: Rendered, accepted: string): Parcel => {
  const ready = parcels.get(page) ?? new Map<string, Parcel>();
  const parcel = ready.get(accepted) ?? pack(page, { 'accept-encoding': accepted });
  if (ready.size < wordingsMax) parcels.set(page, ready.set(accepted, parcel));
  return parcel;
};
