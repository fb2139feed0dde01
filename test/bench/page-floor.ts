// The floor: a bare @hono/node-server that answers the same bytes with the same headers, whatever it is asked for.
// Argument: the address whose answer it repeats.
import { get } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { serve } from '@hono/node-server';

/** What every server of Node writes by itself. */
const ofConnection = new Set(['connection', 'date', 'keep-alive', 'transfer-encoding', 'content-length']);

const [address = ''] = process.argv.slice(2);
get(address, { headers: { 'Accept-Encoding': 'br' } }, (answer) => {
  const headers = Object.fromEntries(
    Object.entries(answer.headers)
      .filter(([name]) => !ofConnection.has(name))
      .map(([name, value]) => [name, String(value)]),
  );
  void buffer(answer).then((bytes) => {
    const body = new Uint8Array(bytes);
    const fetch = () => new Response(body, { headers });
    serve({ fetch, hostname: '127.0.0.1', port: 0 }, ({ port }) => process.send?.(port));
  });
});
process.on('disconnect', () => process.exit());
