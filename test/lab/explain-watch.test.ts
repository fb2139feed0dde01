// The whole program on a database in which one member holds the lock that all others want: the outage is told with its
// reason to administrators, and to nobody else.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import type { Explained } from '../../server/app/ports.ts';
import { engines, password, startRig } from '../support/explaining.ts';
import { temporaryFolder } from '../support/folder.ts';
import { mariadbInstalled } from '../support/mariadb.ts';
import { postgresInstalled } from '../support/postgres.ts';
import { startVigie, vigieCommand } from '../support/vigie.ts';

const isInstalled = { mariadb: mariadbInstalled, postgresql: postgresInstalled };
const patience = { timeout: 40_000, interval: 200 };
const begin = { mariadb: 'START TRANSACTION', postgresql: 'BEGIN' };

test.for(engines.filter((engine) => isInstalled[engine]))(
  'who holds a lock of %s is told to administrators, and to nobody else',
  { timeout: 120_000 },
  async (engine) => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'password'), password);
    await using rig = await startRig(engine);
    const secret = `{ file: ${folder}/password }`;
    await using vigie = await startVigie(
      folder,
      `
defaults: { every: 4s, timeout: 3500ms, confirm: { failures: 2, over: 1s, recheck: 1s } }
services:
  - id: db
    name: Base
    checks:
      - type: ${engine}
        host: 127.0.0.1
        port: ${rig.port}
        password: ${secret}
        explain: { user: explainer, password: ${secret} }
`,
    );
    const expectState = (state: string) =>
      vi.waitFor(async () => expect((await vigie.status()).services).toMatchObject([{ state }]), patience);
    await expectState('up');

    const holder = await rig.member('shop');
    await holder.query(`INSERT INTO goods (name) VALUES ('one')`);
    await holder.query(begin[engine]);
    await holder.query(`UPDATE goods SET name = 'zqcanary' WHERE id = 1`);
    await holder.query('SELECT * FROM vigie_probe FOR UPDATE');
    const waiter = await rig.member('blog');
    waiter.query(`UPDATE goods SET name = 'zqcanary' WHERE id = 1`).catch(() => {});
    await expectState('down');

    const address = `http://127.0.0.1:${vigie.privatePort}/api/v1/checks/db/explanations`;
    const { sentence, outage } = await vi.waitFor(async () => {
      const { explanations } = (await (await fetch(address)).json()) as {
        explanations: readonly Explained[];
      };
      const found = explanations.find(({ outage }) => outage !== undefined);
      expect(found).toBeDefined();
      return found!;
    }, patience);
    expect(sentence).toMatch(
      new RegExp(`^connection ${holder.id} of user shop, idle .* holds the lock that`),
    );
    expect(vigie.log()).toContainEqual(
      expect.objectContaining({ event: 'check.explained', check: 'db', outage, why: sentence }),
    );

    const told = [await vigie.page(), JSON.stringify(await vigie.status()), await vigie.metrics()];
    for (const text of told) expect(text).not.toMatch(/shop|blog|UPDATE/);
    expect(JSON.stringify(vigie.log())).not.toContain('canary');

    const { code, output } = await vigieCommand('run', 'db', '--explain', '--config', vigie.config);
    expect(code).toBe(1);
    expect(output).toContain(`why: connection ${holder.id} of user shop`);
    expect(output).not.toContain('canary');
    for (const member of [waiter, holder]) await member.evict();
  },
);
