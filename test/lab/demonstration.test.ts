import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { PublishedOutage, PublishedStatus } from '../../server/app/publish.ts';
import { timetable } from '../../server/demonstration/story.ts';
import type { Trouble } from '../../server/demonstration/story.ts';
import { temporaryFolder } from '../support/folder.ts';
import { installed } from '../support/installed.ts';

const root = join(import.meta.dirname, '../..');
const speed = 5;
/** Longer than any probe may take: one that was sent off before a scene may still meet it. */
const probeMsMax = 3_000;
const startMsMax = 90_000;

/** A command, in a group of processes of its own, as a terminal starts it. */
class Started {
  /** All that it may leave behind is here. */
  readonly folder = mkdtempSync(join(tmpdir(), 'vigie-demonstration-test-'));
  readonly child: ChildProcess;
  #said = '';

  constructor(program: string, ...args: readonly string[]) {
    this.child = spawn(program, args, {
      cwd: root,
      env: { ...process.env, TMPDIR: this.folder },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    for (const stream of [this.child.stdout, this.child.stderr])
      stream?.on('data', (text: Buffer) => (this.#said += text));
    process.once('exit', () => this.#killAll());
  }

  get said(): string {
    return this.#said;
  }

  event(name: string): Readonly<Record<string, unknown>> | undefined {
    const line = this.#said.split('\n').find((line) => line.includes(`"event":"${name}"`));
    return line === undefined ? undefined : (JSON.parse(line) as Record<string, unknown>);
  }

  has(event: string): Promise<void> {
    return vi.waitFor(() => expect(this.event(event), this.#said).toBeDefined(), {
      timeout: startMsMax,
      interval: 50,
    });
  }

  /** The processes that it has started. */
  children(): readonly number[] {
    const { pid } = this.child;
    return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number);
  }

  async end(send: () => void): Promise<number | null> {
    const exited = once(this.child, 'exit');
    send();
    const [code] = (await exited) as [number | null];
    return code;
  }

  /** As Ctrl-C in a terminal: every process of the group gets it. */
  interrupt(): Promise<number | null> {
    return this.end(() => process.kill(-this.child.pid!, 'SIGINT'));
  }

  kill(): Promise<number | null> {
    return this.end(() => this.child.kill('SIGKILL'));
  }

  [Symbol.dispose](): void {
    this.#killAll();
    rmSync(this.folder, { recursive: true, force: true });
  }

  #killAll(): void {
    try {
      process.kill(-this.child.pid!, 'SIGKILL');
    } catch {
      // All of them have ended.
    }
  }
}

const freePorts = ['--public', '127.0.0.1:0', '--private', '127.0.0.1:0'];
const demonstrate = (...args: readonly string[]) =>
  new Started(join(root, 'server/cli/vigie'), 'demonstrate', ...freePorts, ...args);

const isAlive = (pid: number): boolean => existsSync(`/proc/${pid}`);

describe('a demonstration', () => {
  let demonstration: Started;
  beforeAll(async () => {
    demonstration = demonstrate('--speed', String(speed));
    await demonstration.has('vigie.watching');
  }, startMsMax);
  afterAll(() => demonstration[Symbol.dispose]());

  const url = (which: 'public' | 'private') => String(demonstration.event('vigie.watching')?.[which]);
  const status = async () =>
    (await (await fetch(`${url('public')}/api/v1/status`)).json()) as PublishedStatus;
  const scene = (trouble: Trouble) => {
    const startedAt = Number(demonstration.event('demonstration.begins')?.['startedAt']);
    const found = timetable({ startedAt, speed }).find((scene) => scene.trouble === trouble);
    if (found === undefined) throw new Error(`there is no scene ${trouble}`);
    return found;
  };
  /** The one that a scene has made: a busy machine may make more, before and after it. */
  const endedOutage = (
    service: string,
    { from, until }: { readonly from: number; readonly until: number },
    state: string,
  ): Promise<PublishedOutage & { endedAt: number }> =>
    vi.waitFor(
      async () => {
        const outage = (await status()).outages.find(
          (outage) =>
            outage.service === service &&
            outage.state === state &&
            outage.startedAt > from - probeMsMax &&
            outage.startedAt < until,
        );
        if (outage?.endedAt === undefined) throw new Error(`no outage of ${service} has ended`);
        return { ...outage, endedAt: outage.endedAt };
      },
      { timeout: 90_000, interval: 500 },
    );
  /** What is stored. */
  const rows = (sql: string, ...values: readonly string[]): readonly Readonly<Record<string, unknown>>[] => {
    const [folder = ''] = readdirSync(demonstration.folder);
    const path = join(demonstration.folder, folder, 'data/vigie.db');
    const database = new DatabaseSync(path, { readOnly: true });
    const found = database.prepare(sql).all(...values);
    database.close();
    return found;
  };
  /** When the probes of a check were sent off that were graded so. */
  const probes = (check: string, ...grades: readonly number[]): readonly number[] =>
    rows(
      `SELECT started_at, grade FROM result JOIN series ON series.id = result.series
        WHERE check_id = ? AND phase = '' ORDER BY started_at`,
      check,
    )
      .filter(({ grade }) => grades.includes(Number(grade)))
      .map((row) => Number(row['started_at']));
  const [good, poor, bad] = [0, 1, 2];

  test('answers on both addresses, which it tells with what will happen', async () => {
    const { said } = demonstration;
    expect(said).toContain(`page     ${url('public')}\n`);
    expect(said).toContain(`metrics  ${url('private')}/metrics\n`);
    expect(said).toContain('This is a demonstration');
    expect(said).toContain(scene('commits-slow').words);
    expect(await (await fetch(`${url('private')}/metrics`)).text()).toContain('vigie_');
  });

  test('says on the page that it is one, in both languages', async () => {
    expect((await status()).demonstration).toBe(true);
    expect(await (await fetch(`${url('public')}/fr`)).text()).toContain('Ceci est une démonstration');
    expect(await (await fetch(`${url('public')}/en`)).text()).toContain('This is a demonstration');
  });

  test('sees all its services before anything happens to them', async () => {
    await vi.waitFor(
      async () => {
        const { services, blindSince } = await status();
        expect(services.length).toBeGreaterThan(6);
        expect(services.filter(({ state }) => state === 'unknown')).toEqual([]);
        expect(blindSince).toBeUndefined();
      },
      { timeout: 20_000, interval: 100 },
    );
  });

  test('hears the job that makes backups', async () => {
    await vi.waitFor(() => expect(rows("SELECT * FROM ping WHERE signal = 'done'")).not.toEqual([]), {
      timeout: 20_000,
      interval: 100,
    });
  });

  test('tells the outage of a site from its first failed probe to its first good one', async () => {
    const siteFails = scene('site-fails');
    const { cause, startedAt, endedAt } = await endedOutage('web', siteFails, 'down');
    expect(cause).toBe('bad_status');
    expect(startedAt).toBe(probes('site', bad).find((at) => at > siteFails.from - probeMsMax));
    expect(endedAt).toBe(probes('site', good, poor).find((at) => at > startedAt));
    expect(endedAt).toBeGreaterThan(siteFails.until - probeMsMax);
  }, 120_000);

  test('tells that the database was slow to commit, and that it is well again', async () => {
    const commitsSlow = scene('commits-slow');
    const { cause, slowPart, startedAt, endedAt } = await endedOutage('databases', commitsSlow, 'degraded');
    expect({ cause, slowPart }).toEqual({ cause: 'slow', slowPart: 'writing' });
    expect(probes('db1', poor)).toContain(startedAt);
    expect(probes('db1', good)).toContain(endedAt);
    expect(endedAt).toBeGreaterThan(commitsSlow.until - probeMsMax);
  }, 120_000);

  test('says in one sentence that an address is taken', async () => {
    using other = demonstrate('--public', url('public').replace('http://', ''));
    const [code] = (await once(other.child, 'exit')) as [number];
    expect(code).toBe(1);
    const [, port] = /:(\d+)$/.exec(url('public')) ?? [];
    expect(other.said).toBe(
      `vigie demonstrate: 127.0.0.1 port ${port} cannot be had: another program listens there\n`,
    );
    expect(readdirSync(other.folder)).toEqual([]);
  });

  test('ends well on Ctrl-C, and leaves no process and no file', async () => {
    const children = demonstration.children();
    expect(children).toHaveLength(1);
    const code = demonstration.interrupt();
    await demonstration.has('vigie.stopping');
    // A second time, as impatient people and npm do.
    demonstration.interrupt().catch(() => {});
    expect(await code).toBe(0);
    expect(children.filter(isAlive)).toEqual([]);
    expect(readdirSync(demonstration.folder)).toEqual([]);
  });
});

describe('a demonstration that is killed', () => {
  const untilGone = (children: readonly number[], { folder }: Started) =>
    vi.waitFor(
      () => {
        expect(children.filter(isAlive)).toEqual([]);
        expect(readdirSync(folder)).toEqual([]);
      },
      { timeout: 20_000, interval: 50 },
    );

  test('takes its world with it', async () => {
    using demonstration = demonstrate();
    await demonstration.has('vigie.watching');
    const children = demonstration.children();
    await demonstration.kill();
    await untilGone(children, demonstration);
  }, 120_000);

  test('takes its world with it even while that begins', async () => {
    using demonstration = demonstrate();
    await vi.waitFor(() => expect(readdirSync(demonstration.folder)).not.toEqual([]), {
      timeout: startMsMax,
      interval: 1,
    });
    const children = demonstration.children();
    expect(demonstration.event('demonstration.begins')).toBeUndefined();
    await demonstration.kill();
    await untilGone(children, demonstration);
  }, 120_000);

  test('ends, and says so, when its world is killed', async () => {
    using demonstration = demonstrate();
    await demonstration.has('vigie.watching');
    const exited = once(demonstration.child, 'exit');
    for (const pid of demonstration.children()) process.kill(pid, 'SIGKILL');
    expect(await exited).toEqual([1, null]);
    expect(demonstration.said).toContain('vigie demonstrate: the world of the demonstration has ended');
  }, 120_000);
});

describe.skipIf(!installed('npm'))('npm start', () => {
  const configuration = `
organisation: { name: Essai, timezone: Europe/Paris }
listen: { public: '127.0.0.1:0', private: '127.0.0.1:0' }
services: [{ id: web, name: Web, checks: [{ type: tcp, host: 127.0.0.1, port: 9 }] }]
`;

  test.for([
    ['Ctrl-C', (started: Started) => started.interrupt()],
    ['a SIGINT that npm alone gets', (started: Started) => started.end(() => started.child.kill('SIGINT'))],
    ['a SIGTERM that npm alone gets', (started: Started) => started.end(() => started.child.kill('SIGTERM'))],
  ] as const)('ends well on %s', async ([, end]) => {
    const config = join(temporaryFolder(), 'vigie.yaml');
    writeFileSync(config, configuration);
    using started = new Started('npm', 'start', '--', '--config', config);
    await started.has('vigie.watching');
    expect(await end(started)).toBe(0);
    expect(started.event('vigie.stopped')).toBeDefined();
  });
});
