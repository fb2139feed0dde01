// What a PostgreSQL server is asked about itself. The account, once:
// `CREATE ROLE explain LOGIN PASSWORD '…'; GRANT pg_monitor TO explain`, and on a replica also SELECT on vigie_probe.
import type { Questions } from './collect.ts';

// Whoever may not look is not even told what others are.
const others = `(p.backend_type = 'client backend' OR p.backend_type IS NULL AND p.usename IS NOT NULL)
  AND p.pid <> pg_backend_pid()`;
const ours = 'userid = (SELECT usesysid FROM pg_user WHERE usename = session_user)';
const idle = "CASE WHEN b.state LIKE 'idle%' THEN extract(epoch FROM clock_timestamp() - b.state_change) END";
const unseen = 'GRANT pg_monitor to the explaining account: it sees not what others do';

export const questions: Questions = {
  dialect: 'postgresql',
  pause: 'SELECT pg_sleep(0.25)',
  // From version 16 on there are also seats for a role of that name.
  connections: {
    ask: `SELECT p.usename AS user, count(*) AS connections, sum(count(*)) OVER () AS used,
        current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int
          - coalesce(current_setting('reserved_connections', true)::int, 0) AS max
      FROM pg_stat_activity p WHERE ${others} GROUP BY p.usename ORDER BY connections DESC LIMIT 10`,
    wish: unseen,
  },
  locks: {
    ask: `SELECT w.pid AS waiter, extract(epoch FROM clock_timestamp() - w.query_start) AS seconds,
        w.usename AS waiter_user, left(w.query, 500) AS waiter_statement,
        b.pid AS blocker, b.usename AS blocker_user, left(b.query, 500) AS blocker_statement, ${idle} AS idle_seconds
      FROM pg_stat_activity w CROSS JOIN LATERAL unnest(pg_blocking_pids(w.pid)) AS blocking (pid)
      JOIN pg_stat_activity b ON b.pid = blocking.pid
      WHERE w.wait_event_type = 'Lock'
      ORDER BY b.wait_event_type IS NOT DISTINCT FROM 'Lock', seconds DESC LIMIT 100`,
    wish: unseen,
  },
  sessions: {
    ask: `SELECT p.usename AS user, left(p.query, 300) AS statement,
        coalesce(p.wait_event_type || ' ' || p.wait_event, '') AS wait, CASE
          WHEN p.wait_event_type = 'Lock' THEN 'lock'
          WHEN p.wait_event = 'SyncRep' THEN 'replica'
          WHEN p.wait_event IN ('WALSync', 'WalSync', 'WALWrite', 'WalWrite', 'WALInitSync') THEN 'commit'
          WHEN p.wait_event_type = 'IO' THEN 'disk'
          WHEN p.wait_event_type = 'Client' THEN 'client'
          ELSE 'work' END AS kind
      FROM pg_stat_activity p WHERE ${others} AND (p.state = 'active' OR p.state IS NULL) LIMIT 100`,
    // Whoever may not see it is answered too, with nothing in it.
    wish: unseen,
  },
  digests: {
    ask: `SELECT concat_ws('/', userid, dbid, queryid) AS name, left(query, 500) AS statement, calls, total_exec_time AS ms
      FROM pg_stat_statements WHERE NOT ${ours} ORDER BY total_exec_time DESC LIMIT 100`,
    wish: 'shared_preload_libraries = pg_stat_statements in the configuration of the server, and CREATE EXTENSION pg_stat_statements in the database of the probe: then it counts statements',
  },
  usual: {
    ask: `SELECT pg_get_userbyid(userid) AS name, sum(total_exec_time) / 1000 AS seconds
      FROM pg_stat_statements WHERE NOT ${ours} GROUP BY userid ORDER BY seconds DESC LIMIT 50`,
    wish: 'pg_stat_statements as well: then it is known who is usually how busy',
  },
  heartbeat: {
    ask: () => 'SELECT extract(epoch FROM clock_timestamp() - max(probed_at)) AS seconds FROM vigie_probe',
    wish: 'GRANT SELECT ON vigie_probe to the explaining account: then it is seen how far the replica is behind',
  },
};
