// The demonstration's database: PostgreSQL itself, compiled for WebAssembly, behind a relay that can be slow to commit.
import { connect } from 'node:net';
import { pipeline } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { PGlite } from '@electric-sql/pglite';
import { PGLiteSocketServer } from '@electric-sql/pglite-socket';
import { accept, loopback } from './servers.ts';
import type { Now } from './servers.ts';

const commitDelayMs = 140;

/** Takes seconds, and hundreds of megabytes. */
export const startDatabase = async (commitsAreSlow: Now): Promise<number> => {
  const db = await PGlite.create();
  const engine = new PGLiteSocketServer({ db, port: 0, host: loopback, maxConnections: 20 });
  await engine.start();
  const enginePort = Number(engine.getServerConn().split(':').at(-1));
  const late = async function* (requests: AsyncIterable<Buffer>) {
    for await (const request of requests) {
      if (request.includes('COMMIT') && commitsAreSlow()) await sleep(commitDelayMs);
      yield request;
    }
  };
  return accept((client) => {
    const server = connect(enginePort, loopback);
    pipeline(client, late, server, () => {});
    pipeline(server, client, () => {});
  });
};
