// A private Postfix, on a free port of the loopback, that delivers into Maildirs. Needs root.
import { execFileSync } from 'node:child_process';
import { chownSync, chmodSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort, makeFolder, removeFolder, startDaemon } from './daemon.ts';
import type { Daemon } from './daemon.ts';
import { installed } from './installed.ts';
import { untilGreeted } from './line-server.ts';

const isRoot = process.getuid?.() === 0;
export const canPostfix = isRoot && installed('postfix');

type Settings = Readonly<Record<string, string>>;

export interface Postfix extends AsyncDisposable, Pick<Daemon, 'pause' | 'resume' | 'kill' | 'start'> {
  readonly port: number;
  /** Encrypted from the first byte, where it has a certificate. */
  readonly tlsPort: number;
  /** Ends it as its administrator does. */
  readonly leave: () => Promise<void>;
  /** Adds to main.cf, or goes back to how it began, and starts again. */
  readonly become: (settings: Settings) => Promise<void>;
  /** `smtpd` may be run so often at once. */
  readonly allow: (servers?: number) => Promise<void>;
  /** A command of Postfix, such as `postsuper -h ALL`. */
  readonly run: (program: string, ...words: string[]) => string;
  /** How many messages wait to be delivered, or are held. */
  readonly waiting: () => number;
}

/** `mail` is where it delivers: a folder of the daemons' user. */
export const startPostfix = async (mail: string, settings: Settings = {}): Promise<Postfix> => {
  const folder = makeFolder('postfix');
  const [port, tlsPort] = [await freePort(), await freePort()];
  const path = (name: string) => join(folder, name);
  for (const name of ['config', 'queue', 'data']) mkdirSync(path(name));
  chmodSync(folder, 0o755);
  const owner = Number(execFileSync('id', ['-u', 'postfix']));
  chownSync(path('data'), owner, owner);
  const env = { ...process.env, PATH: `${process.env['PATH']}:/usr/sbin` };
  const run = (program: string, ...words: string[]) =>
    execFileSync(program, ['-c', path('config'), ...words], { env, stdio: 'pipe', encoding: 'utf8' });
  const write = (more: Settings = {}) =>
    writeFileSync(path('config/main.cf'), main(folder, mail, { ...settings, ...more }));
  const writeServices = (servers?: number) =>
    writeFileSync(path('config/master.cf'), services(port, tlsPort, servers));
  write();
  writeServices();
  run('postfix', 'check');
  const daemon = await startDaemon(['/usr/lib/postfix/sbin/master', '-c', path('config'), '-d'], {
    folder,
    env,
    asRoot: true,
    isReady: () => untilGreeted(port),
  });
  const leave = () => daemon.stop('SIGTERM');
  const again = async () => {
    await leave();
    await daemon.start();
  };
  return {
    port,
    tlsPort,
    pause: daemon.pause,
    resume: daemon.resume,
    kill: daemon.kill,
    start: daemon.start,
    leave,
    become: async (more) => {
      write(more);
      await again();
    },
    allow: async (servers) => {
      writeServices(servers);
      await again();
    },
    run,
    waiting: () =>
      ['incoming', 'active', 'deferred', 'hold', 'maildrop']
        .flatMap((queue) => readdirSync(path(`queue/${queue}`), { recursive: true, encoding: 'utf8' }))
        .filter((name) => /(?:^|\/)[0-9A-F]{6,}$/.test(name)).length,
    [Symbol.asyncDispose]: async () => {
      await leave();
      removeFolder(folder);
    },
  };
};

const main = (folder: string, mail: string, settings: Settings): string =>
  Object.entries({
    compatibility_level: '3.6',
    queue_directory: join(folder, 'queue'),
    data_directory: join(folder, 'data'),
    command_directory: '/usr/sbin',
    daemon_directory: '/usr/lib/postfix/sbin',
    mail_owner: 'postfix',
    setgid_group: 'postdrop',
    maillog_file: join(folder, 'mail.log'),
    maillog_file_prefixes: folder,
    myhostname: 'mail.lab.test',
    mydestination: '',
    inet_interfaces: '127.0.0.1',
    inet_protocols: 'ipv4',
    // Otherwise the loopback would be let do what nobody else may.
    mynetworks: '',
    smtpd_client_event_limit_exceptions: '',
    smtpd_relay_restrictions: 'reject_unauth_destination',
    virtual_mailbox_domains: 'lab.test',
    virtual_mailbox_maps: 'inline:{ probe@lab.test=probe/ }',
    virtual_mailbox_base: mail,
    virtual_uid_maps: 'static:65534',
    virtual_gid_maps: 'static:65534',
    // What could not be delivered is tried again soon.
    minimal_backoff_time: '1s',
    maximal_backoff_time: '2s',
    queue_run_delay: '1s',
    ...settings,
  })
    .map(([name, value]) => `${name} = ${value}\n`)
    .join('');

const services = (port: number, tlsPort: number, servers?: number): string => `
127.0.0.1:${port} inet n - n - ${servers ?? '-'} smtpd
127.0.0.1:${tlsPort} inet n - n - - smtpd -o smtpd_tls_wrappermode=yes
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
proxymap unix - - n - - proxymap
smtp unix - - n - - smtp
showq unix n - n - - showq
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
virtual unix - n n - - virtual
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
postlog unix-dgram n - n - 1 postlogd
`;
