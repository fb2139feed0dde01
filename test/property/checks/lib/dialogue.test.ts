import { PassThrough } from 'node:stream';
import type { Socket } from 'node:net';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Dialogue } from '../../../../checks/lib/dialogue.ts';
import { Failure } from '../../../../checks/lib/outcome.ts';
import { fuzz, fuzzTimeoutMs } from '../../../support/fuzz.ts';
import { makeProbe } from '../../../support/probe.ts';

/** All lines of these chunks up to the end of the stream or the first failure. */
const linesOf = async (chunks: readonly Uint8Array[]): Promise<readonly string[]> => {
  const stream = new PassThrough();
  const dialogue = new Dialogue(stream as unknown as Socket, makeProbe(), { replyBytesMax: 50 });
  const write = async () => {
    for (const chunk of chunks) {
      stream.write(chunk);
      await new Promise((resolve) => setImmediate(resolve));
    }
    stream.end();
  };
  const written = write();
  const lines: string[] = [];
  try {
    for (;;) lines.push(await dialogue.line());
  } catch (error) {
    expect(error).toBeInstanceOf(Failure);
    lines.push(`failed: ${(error as Failure).cause}`);
  }
  await written;
  return lines;
};

const piece = fc.oneof(
  fc.uint8Array({ maxLength: 30 }),
  fc.constantFrom('\r\n', '\n', '\r', '\0', '220 ', '250-').map((text) => new Uint8Array(Buffer.from(text))),
);

test('lines do not depend on how the network cuts them', { timeout: fuzzTimeoutMs }, async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(piece, { maxLength: 12 }),
      fc.array(fc.nat({ max: 200 }), { maxLength: 6 }),
      async (pieces, cuts) => {
        const whole = Buffer.concat(pieces);
        const places = [
          0,
          ...cuts.filter((cut) => cut < whole.length).toSorted((a, b) => a - b),
          whole.length,
        ];
        const chunks = places.slice(1).map((place, index) => whole.subarray(places[index], place));
        expect(await linesOf(chunks)).toEqual(await linesOf([whole]));
      },
    ),
    fuzz,
  );
});
