// An answer that was made before anybody asked: its bytes in every encoding, and the tags that spare sending them again.
import { createHash } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import type { Context } from 'hono';
import type { Answer } from './policy.ts';

type Encoding = 'br' | 'gzip' | 'identity';

export interface Rendered {
  readonly type: string;
  /** Of the uncompressed content; each encoding has a tag of its own (RFC 9110 §8.8.3.3). */
  readonly hash: string;
  readonly bodies: Readonly<Partial<Record<Encoding, Uint8Array<ArrayBuffer>>>>;
  readonly language?: string;
  /** Beside those, or instead of those, that all answers carry. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** Less than this is not worth compressing: it fits into one packet. */
const compressBytesMin = 1_000;

interface Printing {
  readonly language?: string;
  readonly headers?: Rendered['headers'];
  /** It is asked for often and made once: worth every effort to be small. */
  readonly isLasting?: boolean;
  /** What was made for the same address last: it is kept where nothing has changed. */
  readonly before?: Rendered | undefined;
}

export const rendered = (
  type: string,
  content: string | Uint8Array<ArrayBuffer>,
  { language, headers, isLasting = false, before }: Printing = {},
): Rendered => {
  const identity = typeof content === 'string' ? new Uint8Array(Buffer.from(content)) : content;
  const hash = createHash('sha256').update(identity).digest('base64url').slice(0, 22);
  if (before?.hash === hash) return before;
  const bodies = identity.length < compressBytesMin ? { identity } : new Compressed(identity, isLasting);
  return { type, hash, bodies, ...(language && { language }), ...(headers && { headers }) };
};

/** Most pages of a snapshot are never asked for: each is compressed for the first who does, and kept so. */
class Compressed {
  readonly identity: Uint8Array<ArrayBuffer>;
  readonly #quality: number;
  #br: Uint8Array<ArrayBuffer> | undefined;
  #gzip: Uint8Array<ArrayBuffer> | undefined;

  constructor(identity: Uint8Array<ArrayBuffer>, isLasting: boolean) {
    this.identity = identity;
    this.#quality = isLasting ? constants.BROTLI_MAX_QUALITY : 5;
    // What takes long is done at the start.
    if (isLasting) this.#br = this.br;
  }

  get br(): Uint8Array<ArrayBuffer> {
    const params = { [constants.BROTLI_PARAM_QUALITY]: this.#quality };
    return (this.#br ??= brotliCompressSync(this.identity, { params }));
  }

  get gzip(): Uint8Array<ArrayBuffer> {
    return (this.#gzip ??= gzipSync(this.identity));
  }
}

/** `vary`: what else of the request has chosen this answer. */
export const answerWith = (c: Context, page: Rendered, vary: readonly string[] = []): Answer =>
  answerTo(
    {
      'accept-encoding': c.req.header('Accept-Encoding'),
      'if-none-match': c.req.header('If-None-Match'),
    },
    page,
    vary,
  );

type Asked = Pick<IncomingHttpHeaders, 'accept-encoding' | 'if-none-match'>;

export const answerTo = (
  asked: Asked,
  { type, hash, bodies, language, headers: own }: Rendered,
  vary: readonly string[] = [],
): Answer & { readonly body: Uint8Array<ArrayBuffer> | null } => {
  const encoding = encodingOf(asked['accept-encoding'] ?? '', bodies);
  const etag = `"${hash}-${encoding}"`;
  const headers = {
    ETag: etag,
    Vary: ['Accept-Encoding', ...vary].join(', '),
    ...(language && { 'Content-Language': language }),
    ...own,
  };
  if (matches(asked['if-none-match'] ?? '', etag)) return { status: 304, body: null, headers };
  return {
    status: 200,
    body: bodies[encoding] ?? null,
    headers: {
      ...headers,
      'Content-Type': type,
      ...(encoding !== 'identity' && { 'Content-Encoding': encoding }),
    },
  };
};

const encodingOf = (accepted: string, bodies: Rendered['bodies']): Encoding => {
  // Names of codings and of parameters are the same in capitals (RFC 9110 §8.4.1, §5.6.6).
  const wanted = accepted
    .toLowerCase()
    .split(',')
    .flatMap((part) => {
      const [name = '', ...parameters] = part.split(';').map((text) => text.trim());
      return parameters.some((parameter) => /^q=0(\.0*)?$/.test(parameter)) ? [] : name;
    });
  const known = ['br', 'gzip'] as const;
  return known.find((encoding) => wanted.includes(encoding) && bodies[encoding] !== undefined) ?? 'identity';
};

// A cache may weaken a tag that it passes on; for a GET that makes no difference (RFC 9110 §13.1.2).
const matches = (ifNoneMatch: string, etag: string): boolean =>
  ifNoneMatch.trim() === '*' || ifNoneMatch.split(',').some((tag) => tag.trim().replace(/^W\//, '') === etag);
