// A private Prosody, on free ports of the loopback, with two accounts of lab.test.
import { connect } from 'node:net';
import { once } from 'node:events';
import { mkdirSync, writeFileSync, chownSync } from 'node:fs';
import { join } from 'node:path';
import type { Issued } from './certificates.ts';
import { freePort, giveFile, makeFolder, removeFolder, startDaemon } from './daemon.ts';
import type { Daemon } from './daemon.ts';
import { installed } from './installed.ts';

export const canProsody = installed('prosody');

export const accounts = {
  vigie: 'a password of vigie',
  ada: 'a password of ada',
} as const;

export interface Prosody extends AsyncDisposable, Pick<Daemon, 'kill' | 'start'> {
  readonly port: number;
  readonly tlsPort: number;
}

export const startProsody = async ({ certificate }: { readonly certificate: Issued }): Promise<Prosody> => {
  const folder = makeFolder('prosody');
  const [port, tlsPort] = [await freePort(), await freePort()];
  const data = join(folder, 'data');
  // As mod_storage_internal keeps them: the dot of the domain is %2e.
  const accountsFolder = join(data, 'lab%2etest', 'accounts');
  mkdirSync(accountsFolder, { recursive: true });
  for (const [name, password] of Object.entries(accounts))
    writeFileSync(join(accountsFolder, `${name}.dat`), `return { ["password"] = "${password}" };\n`);
  if (process.getuid?.() === 0)
    for (const path of [data, join(data, 'lab%2etest'), accountsFolder]) chownSync(path, 65_534, 65_534);
  const file = giveFile(
    folder,
    'prosody.cfg.lua',
    `daemonize = false
pidfile = "${join(folder, 'prosody.pid')}"
data_path = "${data}"
certificates = "${folder}"
log = { info = "*console" }
modules_enabled = { "roster", "saslauth", "tls", "disco", "ping", "offline" }
modules_disabled = { "s2s" }
interfaces = { "127.0.0.1" }
c2s_ports = { ${port} }
c2s_direct_tls_ports = { ${tlsPort} }
legacy_ssl_ports = { ${tlsPort} }
c2s_require_encryption = true
authentication = "internal_plain"
storage = "internal"
ssl = { key = "${giveFile(folder, 'key.pem', certificate.key)}"; certificate = "${giveFile(folder, 'chain.pem', certificate.chain)}" }
legacy_ssl_ssl = ssl
VirtualHost "lab.test"
`,
  );
  const daemon = await startDaemon(['prosody', '--config', file], {
    folder,
    env: { HOME: folder },
    isReady: async () => {
      const socket = connect(port, '127.0.0.1');
      try {
        socket.write(
          "<?xml version='1.0'?><stream:stream to='lab.test' version='1.0' xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams'>",
        );
        const [words] = (await once(socket, 'data', { signal: AbortSignal.timeout(10_000) })) as [Buffer];
        if (!words.includes('stream')) throw new Error('no stream');
      } finally {
        socket.destroy();
      }
    },
  });
  return {
    port,
    tlsPort,
    kill: daemon.kill,
    start: daemon.start,
    [Symbol.asyncDispose]: async () => {
      await daemon.kill();
      removeFolder(folder);
    },
  };
};
