// The text of an answer: one layer of compression undone, and decoded as its character set says.
import { promisify } from 'node:util';
import { brotliDecompress, gunzip, inflate } from 'node:zlib';
import type { Answer } from './exchange.ts';
import { Failure } from './outcome.ts';

const inflatedBytesMax = 1_000_000;

/** Fails with `bad_body` when the body cannot be unpacked, or becomes too large. */
export const textOf = async (answer: Answer): Promise<string> => {
  const bytes = await unpacked(answer);
  return decoderFor(first(answer.headers['content-type'])).decode(bytes);
};

const unpack = {
  gzip: promisify(gunzip),
  'x-gzip': promisify(gunzip),
  deflate: promisify(inflate),
  br: promisify(brotliDecompress),
} as const;

const unpacked = async ({ headers, body, isWhole }: Answer): Promise<Buffer> => {
  const encoding = first(headers['content-encoding']).trim().toLowerCase();
  if (encoding === '' || encoding === 'identity' || body.length === 0) return body;
  if (!isEncoding(encoding))
    throw new Failure('bad_body', `the body is encoded as ${encoding}, which is not read`);
  if (!isWhole) throw new Failure('bad_body', 'the compressed body is too long to be read');
  try {
    return await unpack[encoding](body, { maxOutputLength: inflatedBytesMax });
  } catch (error) {
    throw new Failure(
      'bad_body',
      (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE'
        ? `the body becomes larger than ${inflatedBytesMax} bytes when unpacked`
        : `the body is no ${encoding}`,
    );
  }
};

const isEncoding = (name: string): name is keyof typeof unpack => Object.hasOwn(unpack, name);

/** UTF-8, unless the target names a character set that we know. */
const decoderFor = (contentType: string): TextDecoder => {
  const [, charset = 'utf-8'] = /;\s*charset="?([\w-]{1,40})/i.exec(contentType) ?? [];
  try {
    return new TextDecoder(charset);
  } catch {
    return new TextDecoder();
  }
};

const first = (value: string | string[] | undefined): string =>
  (Array.isArray(value) ? value[0] : value) ?? '';
