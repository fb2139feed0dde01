// What goes wrong with a mail server's port.
import { describe } from 'vitest';
import { catalogue } from '../../support/catalogue.ts';
import { installed } from '../../support/installed.ts';
import { startNginx } from '../../support/nginx.ts';

describe.skipIf(!installed('nginx'))('nginx', () => {
  catalogue({
    type: 'tcp',
    start: () => startNginx({ http: (port) => `server { listen 127.0.0.1:${port}; }` }),
    stop: (nginx) => nginx.stop(),
    check: ({ port }) => ({ type: 'tcp', host: '127.0.0.1', port, every: '15s', timeout: '1s' }),
    faults: [
      {
        fault: 'the daemon is killed',
        inject: (nginx) => nginx.kill(),
        mend: (nginx) => nginx.start(),
        expected: { state: 'down', cause: 'refused' },
      },
      {
        fault: 'the daemon is restarted within five seconds',
        inject: (nginx) => nginx.kill(),
        mend: (nginx) => nginx.start(),
        expected: 'nothing',
        probes: 1,
      },
    ],
  });
});
