// What a MariaDB server is asked about itself. The account, once: `CREATE USER explain@'…' IDENTIFIED BY '…';
// GRANT PROCESS ON *.* TO explain@'…'; GRANT SELECT ON performance_schema.* TO explain@'…'`, and on a replica also
// `GRANT SELECT ON vigie.* TO explain@'…'`.
import type { Questions } from './collect.ts';

/** Threads of the server itself, and ours. */
const others =
  "p.command NOT IN ('Daemon', 'Binlog Dump', 'Slave_IO', 'Slave_SQL') AND p.id <> CONNECTION_ID()";
const holders = `wp.user AS waiter_user, LEFT(wp.info, 500) AS waiter_statement,
  bp.id AS blocker, bp.user AS blocker_user, LEFT(bp.info, 500) AS blocker_statement,
  IF(bp.command = 'Sleep', bp.time_ms / 1000, NULL) AS idle_seconds`;

export const questions: Questions = {
  dialect: 'mariadb',
  pause: 'DO SLEEP(0.25)',
  connections: {
    ask: `SELECT p.user, COUNT(*) AS connections, SUM(COUNT(*)) OVER () AS used, @@max_connections AS max
      FROM information_schema.processlist p WHERE ${others} GROUP BY p.user ORDER BY connections DESC LIMIT 10`,
    wish: 'GRANT PROCESS to the explaining account: it sees none but its own connections',
  },
  // Whoever does not wait itself comes first: many that want one row also wait for one another.
  locks: {
    ask: `SELECT w.trx_mysql_thread_id AS waiter, TIMESTAMPDIFF(SECOND, w.trx_wait_started, NOW()) AS seconds, ${holders}
      FROM information_schema.innodb_lock_waits l
      JOIN information_schema.innodb_trx w ON w.trx_id = l.requesting_trx_id
      JOIN information_schema.innodb_trx b ON b.trx_id = l.blocking_trx_id
      JOIN information_schema.processlist wp ON wp.id = w.trx_mysql_thread_id
      JOIN information_schema.processlist bp ON bp.id = b.trx_mysql_thread_id
      ORDER BY b.trx_state = 'LOCK WAIT', seconds DESC LIMIT 100`,
    wish: 'GRANT PROCESS to the explaining account: it sees no locks',
  },
  // The plugin knows who holds a lock, not who wants it: the statement that waits names the table.
  tableLocks: {
    waits: /^Waiting for .{1,30} lock$/,
    ask: `SELECT DISTINCT wp.id AS waiter, wp.time_ms / 1000 AS seconds, ${holders}
      FROM information_schema.metadata_lock_info m
      JOIN information_schema.processlist wp ON wp.state LIKE 'Waiting for % lock' AND wp.id <> m.thread_id
        AND (m.table_name = '' OR INSTR(wp.info, m.table_name) > 0)
      JOIN information_schema.processlist bp ON bp.id = m.thread_id AND bp.state NOT LIKE 'Waiting for % lock'
      ORDER BY seconds DESC LIMIT 100`,
    wish: "INSTALL SONAME 'metadata_lock_info': then it is seen who holds the locks of tables",
  },
  sessions: {
    ask: `SELECT p.user, p.state AS wait, LEFT(p.info, 300) AS statement, CASE
        WHEN t.trx_state = 'LOCK WAIT' OR p.state LIKE 'Waiting for % lock' THEN 'lock'
        WHEN p.state LIKE 'Waiting for semi-sync %' THEN 'replica'
        WHEN p.state LIKE 'Commit%' OR p.state LIKE 'Waiting for prior transaction to % commit%'
          OR p.info LIKE 'COMMIT%' THEN 'commit'
        ELSE 'work' END AS kind
      FROM information_schema.processlist p
      LEFT JOIN information_schema.innodb_trx t ON t.trx_mysql_thread_id = p.id
      WHERE ${others} AND p.command <> 'Sleep' LIMIT 100`,
    wish: 'GRANT PROCESS to the explaining account: it sees not what others do',
  },
  digests: {
    ask: `SELECT CONCAT(COALESCE(schema_name, ''), digest) AS name, LEFT(digest_text, 500) AS statement,
        count_star AS calls, sum_timer_wait / 1e9 AS ms
      FROM performance_schema.events_statements_summary_by_digest
      WHERE digest_text NOT REGEXP 'processlist|events_statements_summary|user_statistics|^DO .*SLEEP' ORDER BY last_seen DESC LIMIT 100`,
    wish: 'performance_schema = ON in the configuration of the server, and GRANT SELECT ON performance_schema.*: then it counts statements',
  },
  usual: {
    ask: `SELECT user AS name, busy_time AS seconds FROM information_schema.user_statistics
      WHERE user <> SUBSTRING_INDEX(CURRENT_USER(), '@', 1) ORDER BY busy_time DESC LIMIT 50`,
    wish: 'SET GLOBAL userstat = 1, and in the configuration of the server: then it is known who is usually how busy',
  },
  heartbeat: {
    ask: (database) =>
      `SELECT TIMESTAMPDIFF(MICROSECOND, MAX(probed_at), UTC_TIMESTAMP(6)) / 1e6 AS seconds FROM \`${database}\`.vigie_probe`,
    wish: 'GRANT SELECT on the database of the probe to the explaining account: then it is seen how far the replica is behind',
  },
};
