// `openssl s_server`, for the versions of TLS that Node and nginx no longer serve.
import { once } from 'node:events';
import { connect } from 'node:net';
import type { Issued } from './certificates.ts';
import { freePort, makeFolder, removeFolder, startDaemon } from './daemon.ts';
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** `words` are options of s_server, such as `-tls1`. */
export const startOpensslServer = async (
  { key, chain }: Issued,
  words: readonly string[],
): Promise<{ readonly port: number } & AsyncDisposable> => {
  const folder = makeFolder('openssl');
  const port = await freePort();
  const [keyFile, chainFile] = [join(folder, 'key.pem'), join(folder, 'chain.pem')];
  writeFileSync(keyFile, key);
  writeFileSync(chainFile, chain);
  chmodSync(keyFile, 0o644);
  const daemon = await startDaemon(
    [
      'openssl',
      's_server',
      `-accept=127.0.0.1:${port}`,
      '-www',
      '-quiet',
      `-key=${keyFile}`,
      `-cert=${chainFile}`,
      `-cert_chain=${chainFile}`,
      ...words,
    ],
    {
      folder,
      env: {},
      isReady: async () => {
        const socket = connect(port, '127.0.0.1');
        await once(socket, 'connect');
        socket.destroy();
      },
    },
  );
  return {
    port,
    [Symbol.asyncDispose]: async () => {
      await daemon.stop('SIGKILL');
      removeFolder(folder);
    },
  };
};
