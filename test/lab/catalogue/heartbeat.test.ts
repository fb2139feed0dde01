// What goes wrong with a job that runs every ten minutes, and with what it says.
import { catalogue } from '../../support/catalogue.ts';
import { Job } from '../../support/job.ts';
import type { Habit } from '../../support/job.ts';
import { minutes, seconds } from '../../support/watch.ts';

const tokenName = 'VIGIE_LAB_HEARTBEAT_TOKEN';
const token = 'the-token-of-the-backups';
const usual: Habit = {
  everyMs: 10 * minutes,
  says: [
    [0, 'start'],
    [minutes, 'done'],
  ],
  token,
};

const startJob = () => {
  process.env[tokenName] = token;
  return Promise.resolve(new Job(usual));
};

const being = (unusual: Partial<Habit>) => ({
  inject: (job: Job) => job.be(unusual),
  mend: (job: Job) => job.be(),
});

catalogue<Job>({
  type: 'heartbeat',
  start: startJob,
  stop: (job) => job[Symbol.asyncDispose](),
  check: () => ({
    type: 'heartbeat',
    token: { env: tokenName },
    expect: { every: '10m' },
    grace: '5m',
    lasts: '5m',
  }),
  hear: (job, check, passedMs) => job.outcome(check, passedMs),
  faults: [
    {
      fault: 'the job is heard no more',
      ...being({ says: [] }),
      expected: { state: 'down', cause: 'stale' },
    },
    {
      fault: 'the job fails',
      ...being({
        says: [
          [0, 'start'],
          [minutes, 'fail'],
        ],
      }),
      expected: { state: 'down', cause: 'job_failed' },
    },
    {
      fault: 'the job hangs after its start',
      ...being({ says: [[0, 'start']], everyMs: 60 * minutes }),
      expected: { state: 'down', cause: 'stale' },
    },
    {
      fault: 'the job dies, and is started again and again',
      ...being({ says: [[0, 'start']], everyMs: 2 * minutes }),
      expected: { state: 'down', cause: 'stale' },
    },
    {
      fault: 'the job takes longer than it may',
      ...being({
        says: [
          [0, 'start'],
          [8 * minutes, 'done'],
        ],
      }),
      expected: { state: 'degraded', cause: 'stale' },
    },
    {
      fault: 'the job is late',
      ...being({ everyMs: 22 * minutes }),
      expected: { state: 'degraded', cause: 'stale' },
    },
    {
      fault: 'the job has a token that we do not know',
      ...being({ token: 'the-token-of-another-job' }),
      expected: { state: 'down', cause: 'stale' },
    },
    {
      fault: 'the job is late, within its grace',
      ...being({ everyMs: 14 * minutes }),
      expected: 'nothing',
      probes: 60,
    },
    {
      fault: 'the job says everything twice',
      ...being({
        says: [
          [0, 'start'],
          [0, 'start'],
          [minutes, 'done'],
          [minutes, 'done'],
        ],
      }),
      expected: 'nothing',
      probes: 60,
    },
    {
      fault: 'the job does not say that it starts',
      ...being({ says: [[minutes, 'done']] }),
      expected: 'nothing',
      probes: 60,
    },
    {
      fault: 'the end of the job overtakes its start',
      ...being({
        says: [
          [minutes, 'done'],
          [minutes + 2 * seconds, 'start'],
        ],
      }),
      expected: 'nothing',
      probes: 60,
    },
    {
      fault: 'Vigie was away for an hour, and heard nobody',
      inject: (job) => job.withoutVigie(60 * minutes),
      mend: () => {},
      expected: 'nothing',
      probes: 60,
    },
  ],
});

const done = (afterMs: number) => being({ says: [[afterMs, 'done']] });

catalogue<Job>({
  type: 'heartbeat',
  start: startJob,
  stop: (job) => job[Symbol.asyncDispose](),
  check: () => ({
    type: 'heartbeat',
    token: { env: tokenName },
    expect: { cron: '*/10 * * * *', timezone: 'Europe/Paris' },
    grace: '5m',
  }),
  hear: (job, check, passedMs) => job.outcome(check, passedMs),
  faults: [
    {
      fault: 'the crontab of the job was emptied',
      ...being({ says: [] }),
      expected: { state: 'down', cause: 'stale' },
    },
    {
      fault: 'the crontab runs the job every other time',
      ...being({ everyMs: 20 * minutes }),
      expected: { state: 'degraded', cause: 'stale' },
    },
    {
      fault: 'the crontab runs the job six minutes late',
      ...done(6 * minutes),
      expected: { state: 'degraded', cause: 'stale' },
    },
    {
      fault: 'the crontab runs the job four minutes late',
      ...done(4 * minutes),
      expected: 'nothing',
      probes: 60,
    },
    {
      fault: 'the crontab runs the job twice as often',
      ...being({ everyMs: 5 * minutes }),
      expected: 'nothing',
      probes: 60,
    },
  ],
});
