// The floor: the same requests by the bare libraries, a timer each, at the same pace, with one SQLite batch a second.
// Arguments: kind, number of checks, interval in milliseconds, port, database file.
import { createSocket } from 'node:dgram';
import { connect } from 'node:net';
import { performance } from 'node:perf_hooks';
import { DatabaseSync } from 'node:sqlite';
import packet from 'dns-packet';
import { Client } from 'undici';

type Probe = (check: number, done: () => void) => void;

const probes = (port: number): Readonly<Record<string, Probe>> => ({
  http: (check, done) => {
    const client = new Client(`http://127.0.0.1:${port}`, { pipelining: 0 });
    void client
      .request({ path: `/c${check}`, method: 'GET' })
      .then(async ({ body }) => body.dump())
      .finally(() => {
        void client.destroy();
        done();
      });
  },
  tcp: (_check, done) => {
    const socket = connect({ host: '127.0.0.1', port, autoSelectFamily: false }, () => socket.end());
    socket.on('data', () => {});
    socket.on('close', done);
    socket.on('error', done);
  },
  dns: (check, done) => {
    const socket = createSocket('udp4');
    socket.on('message', (message) => {
      packet.decode(message);
      socket.close();
      done();
    });
    socket.send(
      packet.encode({
        type: 'query',
        id: check & 0xffff,
        questions: [{ type: 'A', name: `c${check}.example.org` }],
      }),
      port,
      '127.0.0.1',
    );
  },
});

const main = ([kind = '', count = '', interval = '', port = '', file = '']: readonly string[]): void => {
  const database = new DatabaseSync(file);
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL');
  database.exec(
    'CREATE TABLE result (at INTEGER, series INTEGER, us INTEGER, PRIMARY KEY (at, series)) STRICT, WITHOUT ROWID',
  );
  const insert = database.prepare('INSERT OR REPLACE INTO result VALUES (?, ?, ?)');
  let rows: [number, number, number][] = [];
  setInterval(() => {
    database.exec('BEGIN');
    for (const row of rows) insert.run(...row);
    database.exec('COMMIT');
    rows = [];
  }, 1_000);
  const probe = probes(Number(port))[kind];
  if (probe === undefined) throw new Error(`no probe ${kind}`);
  const intervalMs = Number(interval);
  for (let check = 0; check < Number(count); check++) {
    const run = () => {
      const startedAt = Date.now();
      const startedMs = performance.now();
      probe(check, () => rows.push([startedAt, check, Math.round((performance.now() - startedMs) * 1_000)]));
    };
    setTimeout(() => setInterval(run, intervalMs), (check / Number(count)) * intervalMs);
  }
};

main(process.argv.slice(2));
