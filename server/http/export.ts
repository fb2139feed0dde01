// Tables and lists of any length, as a stream: no more of them is read than whoever asked takes.
import type { Answer } from './policy.ts';

export type Cell = string | number;

const types = { csv: 'text/csv; charset=utf-8', json: 'application/json' } as const;
const encoder = new TextEncoder();

/** Nothing of `parts` is made before it can be sent; when nobody takes it any more, its generator is ended. */
export const streamed = (
  format: keyof typeof types,
  parts: AsyncIterable<string> | Iterable<string>,
): Answer => {
  const made = toAsync(parts);
  const body = new ReadableStream<Uint8Array>(
    {
      pull: async (controller) => {
        const { done, value } = await made.next();
        if (done === true) controller.close();
        else controller.enqueue(encoder.encode(value));
      },
      cancel: async () => void (await made.return(undefined)),
    },
    new CountQueuingStrategy({ highWaterMark: 0 }),
  );
  return { status: 200, body, headers: { 'Content-Type': types[format] } };
};

async function* toAsync(parts: AsyncIterable<string> | Iterable<string>): AsyncGenerator<string, void> {
  yield* parts;
}

type Pages<Item> = AsyncIterable<readonly Item[]> | Iterable<readonly Item[]>;

/** RFC 4180: a line of names, then a line a row. */
export async function* csv(
  columns: readonly string[],
  pages: Pages<readonly Cell[]>,
): AsyncGenerator<string> {
  yield lineOf(columns);
  for await (const page of pages) if (page.length > 0) yield page.map(lineOf).join('');
}

/** An array, item by item. */
export async function* jsonArray(pages: Pages<unknown>): AsyncGenerator<string> {
  let before = '[';
  for await (const page of pages) {
    if (page.length === 0) continue;
    yield before + page.map((item) => JSON.stringify(item)).join(',\n');
    before = ',\n';
  }
  yield before === '[' ? '[]\n' : ']\n';
}

const lineOf = (cells: readonly Cell[]): string => `${cells.map(cellOf).join(',')}\r\n`;

// What a spreadsheet would take for a formula is told apart by an apostrophe (OWASP, "CSV Injection"), and so is what such a
// one stands before already: whoever reads it takes one away.
const cellOf = (cell: Cell): string => {
  if (typeof cell === 'number') return String(cell);
  const harmless = /^'*[=+\-@\t\r]/.test(cell) ? `'${cell}` : cell;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
};
