// `vigie run` by hand: what it says of a check that fails, and what it answers when it cannot be run.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { freePort } from '../support/daemon.ts';
import { temporaryFolder } from '../support/folder.ts';
import { serveSnmp } from '../support/snmp-teller.ts';
import { serviceOf, startTarget } from '../support/target.ts';
import { vigieCommand } from '../support/vigie.ts';

const written = async (...services: readonly string[]): Promise<string> => {
  const path = join(temporaryFolder(), 'vigie.yaml');
  const organisation = 'organisation: { name: Essai, timezone: Europe/Paris }';
  writeFileSync(path, [organisation, 'services:', ...services].join('\n'));
  return path;
};

test('a check that fails is 1, with its cause and the phases that were reached', async () => {
  await using silent = await startTarget();
  silent.be('silent');
  const refused = serviceOf('refused', { port: await freePort() });
  const config = await written(refused, serviceOf('silent', silent, ', timeout: 500ms'));
  expect(await vigieCommand('run', 'refused', '--config', config)).toMatchObject({
    code: 1,
    output: expect.stringMatching(/^refused \(tcp, IPv4\): bad: refused, 127.0.0.1 port \d+ refused/),
  });
  const { code, output } = await vigieCommand('run', 'silent', '--config', config);
  expect(code).toBe(1);
  expect(output).toMatch(
    /^silent \(tcp, IPv4\): bad: timeout_reply, no reply within 500 ms\n {2}Look .*\n {2}connect .*\n {2}total/,
  );
});

test('with --json it is one object, with the outcome as it was', async () => {
  await using target = await startTarget();
  const config = await written(serviceOf('site', target));
  const { code, output } = await vigieCommand('run', 'site', '--config', config, '--json');
  expect(code).toBe(0);
  expect(JSON.parse(output)).toMatchObject({
    check: 'site',
    probes: [
      {
        series: { check: 'site', family: 4 },
        outcome: { kind: 'ok', phasesUs: { connect: expect.any(Number) } },
        graded: { grade: 'good' },
      },
    ],
  });
});

test('with --twice it tells what is counted from one probe to the next', async () => {
  let ticks = 0;
  await using agent = await serveSnmp({
    // Time passes with every question.
    get '1.3.6.1.2.1.1.3.0'() {
      return (ticks += 100);
    },
    '1.3.6.1.2.1.2.2.1.7.3': 1,
    '1.3.6.1.2.1.2.2.1.8.3': 1,
    '1.3.6.1.2.1.31.1.1.1.1.3': 'eth0',
    '1.3.6.1.2.1.31.1.1.1.6.3': 1_000_000n,
  });
  const community = join(temporaryFolder(), 'community');
  writeFileSync(community, 'open-sesame');
  const config = await written(
    `  - { id: port, name: Port, checks: [ { type: snmp, host: 127.0.0.1, port: ${agent.port}, community: { file: ${community} }, interface: { name: eth0 }, confirm: { recheck: 1s } } ] }`,
  );
  const said = async (...words: readonly string[]) =>
    (await vigieCommand('run', 'port', '--config', config, ...words)).output;
  expect(await said()).toMatch(/^port \(snmp, IPv4\): good\n(?:(?!bits per second).*\n)+$/);
  expect(await said('--twice')).toMatch(/^ {2}in bits per second +0$/m);
});

test.for([
  [['run', 'backups'], 1, /backups is heard, not probed: its job calls \/heartbeat\/TOKEN /],
  [['run', 'elsewhere'], 1, /there is no check "elsewhere" in .*; it has backups\n$/],
  [
    ['run', 'backups', '--config', '/nonexistent/vigie.yaml'],
    1,
    /the configuration cannot be used\n.*ENOENT/,
  ],
  [['run'], 2, /one check is wanted/],
  [['run', 'a', 'b'], 2, /one check is wanted/],
  [['run', 'a', '--colour'], 2, /there is no option --colour/],
  [['walk'], 2, /there is no command "walk"/],
] as const)('vigie %j is %i', async ([words, code, said]) => {
  const token = join(temporaryFolder(), 'token');
  writeFileSync(token, 'a-token-of-the-lab');
  const config = await written(
    `  - { id: backups, name: Backups, checks: [ { type: heartbeat, token: { file: ${token} }, expect: { every: 1d } } ] }`,
  );
  const path = (words as readonly string[]).includes('--config') ? [] : ['--config', config];
  const answer = await vigieCommand(...words, ...(words[0] === 'run' ? path : []));
  expect(answer).toMatchObject({ code, output: '', errors: expect.stringMatching(said) });
  expect(answer.errors).not.toContain('    at ');
});
