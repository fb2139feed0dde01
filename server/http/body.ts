// What somebody sends us, within a limit.
import type { Context } from 'hono';

/** Nothing, when it is longer, or was broken off: strangers do that as often as they like, and it is no failure of ours. */
export const bodyOf = async (c: Context, bytesMax: number): Promise<string | undefined> => {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  try {
    for await (const chunk of c.req.raw.body ?? []) {
      bytes += chunk.length;
      if (bytes > bytesMax) return undefined;
      chunks.push(chunk);
    }
  } catch {
    return undefined;
  }
  return Buffer.concat(chunks).toString('utf8');
};
