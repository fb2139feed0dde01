// What a PostgreSQL server says, message by message, before the driver reads it: the driver looks for the end of a text
// without looking for the end of its message, and for ever when there is none.
// https://www.postgresql.org/docs/current/protocol-message-formats.html
import { Failure } from './outcome.ts';

/** A letter, and the length of what follows, which counts itself. */
const headBytes = 5;
const lengthBytes = 4;
/** Between the name of a column and the next one. */
const columnBytes = 18;
const saslMechanisms = 10;

export class PostgresqlMessages {
  #rest: Buffer = Buffer.alloc(0);

  /** The messages that are whole by now. Fails with `protocol` when one is not as it must be; the caller bounds bytes. */
  readonly take = (bytes: Buffer): Buffer => {
    const all = Buffer.concat([this.#rest, bytes]);
    let at = 0;
    while (all.length - at >= headBytes) {
      const length = all.readUInt32BE(at + 1);
      if (length < lengthBytes) throw new Failure('protocol', `a message of ${length} bytes`);
      const end = at + 1 + length;
      if (end > all.length) break;
      const type = String.fromCharCode(all[at] ?? 0);
      if (!isWhole(type, all.subarray(at + headBytes, end)))
        throw new Failure('protocol', `a message of type ${JSON.stringify(type)} that does not end`);
      at = end;
    }
    this.#rest = all.subarray(at);
    return all.subarray(0, at);
  };
}

const isWhole = (type: string, body: Buffer): boolean => {
  switch (type) {
    case 'E':
    case 'N':
      return afterTexts(body, 0, 1) === body.length;
    case 'S':
      return afterText(body, afterText(body, 0)) <= body.length;
    case 'C':
      return afterText(body, 0) <= body.length;
    case 'A':
      return afterText(body, afterText(body, 4)) <= body.length;
    case 'R':
      return (
        body.length < 4 || body.readInt32BE(0) !== saslMechanisms || afterTexts(body, 4, 0) === body.length
      );
    case 'T':
      return body.length >= 2 && afterColumns(body, body.readUInt16BE(0)) <= body.length;
    default:
      return true;
  }
};

/** Where the text at `from` and its zero end; beyond everything when it does not. */
const afterText = (body: Buffer, from: number): number => {
  const zero = from < body.length ? body.indexOf(0, from) : -1;
  return zero < 0 ? Number.POSITIVE_INFINITY : zero + 1;
};

/** Where a list of texts ends, each after so many bytes: with a zero in the place of another one. */
const afterTexts = (body: Buffer, from: number, bytesBefore: number): number => {
  let at = from;
  while (at < body.length && body[at] !== 0) at = afterText(body, at + bytesBefore);
  return at + 1;
};

const afterColumns = (body: Buffer, columns: number): number => {
  let at = 2;
  for (let column = 0; column < columns && at <= body.length; column++)
    at = afterText(body, at) + columnBytes;
  return at;
};
