// What the checks of the demonstration see of each trouble, without waiting for the story.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import type { ActiveCheck } from '../../checks/lib/contract.ts';
import type { CheckConfig } from '../../config/config.ts';
import { mustLoad } from '../../server/cli/configuration.ts';
import { configurationText } from '../../server/demonstration/configuration.ts';
import { startNetwork } from '../../server/demonstration/network.ts';
import type { Trouble } from '../../server/demonstration/story.ts';
import { typeOf } from '../../server/prober/types.ts';
import { makeProbe } from '../support/probe.ts';

describe('the network of the demonstration', async () => {
  const troubles = new Set<Trouble>();
  const { ports, ca } = await startNetwork((trouble) => () => troubles.has(trouble));
  const folder = mkdtempSync(join(tmpdir(), 'vigie-network-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const place = (name: string, text: string) => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  place('ca.pem', ca);
  place('token', '0123456789abcdef');
  place('hosted.txt', 'theatre.example');
  const { services, witnesses } = mustLoad(
    place(
      'vigie.yaml',
      configurationText({
        ...ports,
        worksFrom: '2026-12-06T14:00',
        worksTo: '2026-12-06T16:00',
        database: 1,
        folder,
        listen: '{}',
      }),
    ),
  );
  const checks = [...services.flatMap((service) => service.checks), ...witnesses].filter(
    (check) => check.type !== 'postgresql' && typeOf(check).kind === 'active',
  );

  const probe = async (check: CheckConfig): Promise<readonly [string, string]> => {
    const type = typeOf(check) as ActiveCheck;
    const outcome = await type.run(check.options, makeProbe({ timeoutMs: check.timeoutMs }));
    return [check.id, 'cause' in outcome ? `${outcome.kind}: ${outcome.cause}` : outcome.kind];
  };

  test.for<[Trouble | 'no trouble', Record<string, string>]>([
    ['no trouble', {}],
    ['site-fails', { site: 'fail: bad_status' }],
    ['mail-hangs', { smtp: 'fail: timeout_reply', imap: 'fail: timeout_reply' }],
    ['questions-lost', { ns1: 'warn: loss' }],
    ['virtual-server-fails', { vm2: 'fail: reset' }],
    ['certificate-old', { certificates: 'warn: tls_expiring' }],
  ])('with %s shows that in its place, and is well elsewhere', async ([trouble, shown]) => {
    troubles.clear();
    if (trouble !== 'no trouble') troubles.add(trouble);
    const well = Object.fromEntries(checks.map(({ id }) => [id, 'ok']));
    expect(Object.fromEntries(await Promise.all(checks.map(probe)))).toEqual({ ...well, ...shown });
  });
});
