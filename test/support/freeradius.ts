// A private RADIUS server: FreeRADIUS, on free ports of the loopback.
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort, makeFolder, removeFolder, startDaemon } from './daemon.ts';
import { installed } from './installed.ts';

export const canFreeradius = installed('freeradius');

/** What of its configuration a test may want otherwise. */
interface Manner {
  /** The only address from which it takes requests. */
  readonly client: string;
  readonly secret: string;
  readonly password: string;
  /** Whether it signs what it replies. */
  readonly signs: boolean;
  /** Whether it says how it is. */
  readonly tells: boolean;
  /** How long it waits for what knows its users. */
  readonly backendMs: number;
}

export interface Freeradius extends AsyncDisposable {
  readonly port: number;
  readonly accountingPort: number;
  /** Ends it as a crash does, and starts it so, or as it is when it is well. */
  readonly restart: (manner?: Partial<Manner>) => Promise<void>;
  readonly pause: () => void;
  readonly resume: () => void;
  readonly kill: () => Promise<void>;
  readonly start: () => Promise<void>;
}

export const radiusAccount = {
  secret: 'a secret of the lab',
  user: 'probe@check.test',
  password: 'hello',
} as const;

const healthy: Manner = {
  client: '127.0.0.1',
  secret: radiusAccount.secret,
  password: radiusAccount.password,
  signs: true,
  tells: true,
  backendMs: 0,
};

export const startFreeradius = async (): Promise<Freeradius> => {
  const folder = makeFolder('freeradius');
  const [port, accountingPort] = [await freePort(), await freePort()];
  const configure = (manner: Manner) => {
    writeFileSync(
      join(folder, 'users'),
      `${radiusAccount.user} Cleartext-Password := "${manner.password}"\n`,
    );
    writeFileSync(join(folder, 'radiusd.conf'), configuration(folder, port, accountingPort, manner));
  };
  configure(healthy);
  const daemon = await startDaemon(['freeradius', '-d', folder, '-f', '-l', 'stdout'], {
    folder,
    env: { PATH: `${process.env['PATH']}:/usr/sbin` },
    isReady: () => isTaken(accountingPort),
  });
  return {
    ...daemon,
    port,
    accountingPort,
    restart: async (manner = {}) => {
      await daemon.kill();
      configure({ ...healthy, ...manner });
      await daemon.start();
    },
    [Symbol.asyncDispose]: async () => {
      await daemon.stop('SIGTERM');
      removeFolder(folder);
    },
  };
};

/** Throws while nobody has the port; what comes to one that is taken waits there to be read. */
const isTaken = async (port: number): Promise<void> => {
  const socket = createSocket('udp4').bind(port, '127.0.0.1');
  const isFree = await once(socket, 'listening').then(
    () => true,
    () => false,
  );
  if (!isFree) return;
  await socket[Symbol.asyncDispose]();
  throw new Error('nobody has the port');
};

const signing = 'update reply {\n Message-Authenticator := 0x00000000000000000000000000000000\n }';

const configuration = (
  folder: string,
  port: number,
  accountingPort: number,
  { client, secret, signs, tells, backendMs }: Manner,
): string => `
prefix = /usr
libdir = /usr/lib/freeradius
logdir = ${folder}
run_dir = ${folder}
db_dir = ${folder}
name = radiusd
security {
  reject_delay = 1
  status_server = ${tells ? 'yes' : 'no'}
}
thread pool {
  start_servers = 1
  max_servers = 2
  min_spare_servers = 1
  max_spare_servers = 2
  max_requests_per_server = 0
}
max_request_time = 5
client lab {
  ipaddr = ${client}
  secret = "${secret}"
}
modules {
  pap {
  }
  files {
    usersfile = ${folder}/users
  }
  exec backend {
    wait = yes
    program = "/bin/sleep ${backendMs / 1_000}"
    timeout = 4
  }
  always ok {
    rcode = ok
  }
}
server default {
  listen {
    type = auth
    ipaddr = 127.0.0.1
    port = ${port}
  }
  listen {
    type = acct
    ipaddr = 127.0.0.1
    port = ${accountingPort}
  }
  authorize {
    ${backendMs > 0 ? 'backend' : ''}
    files
    pap
  }
  authenticate {
    Auth-Type PAP {
      pap
    }
  }
  post-auth {
    ${signs ? signing : ''}
    Post-Auth-Type REJECT {
      ${signs ? signing : 'ok'}
    }
  }
  accounting {
    ok
  }
}
`;
