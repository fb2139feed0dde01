// The private app, of which a test gives what it needs; what it does not give is not to be asked.
import type { Hono } from 'hono';
import { createPrivate } from '../../../server/http/private.ts';
import type { PrivateDeps } from '../../../server/http/private.ts';
import { assets } from './serve.ts';

const unused = (): never => {
  throw new Error('nothing was to be done');
};

export const servePrivate = (given: Partial<PrivateDeps> = {}): Hono =>
  createPrivate({
    metrics: { text: unused },
    explanations: unused,
    history: {
      history: unused,
      results: unused,
      past: unused,
      checks: () => new Map(),
      now: () => 0,
      log: { error: unused },
    },
    report: unused,
    incidents: { page: unused, find: unused, write: unused },
    maintenance: { windows: unused, plan: unused },
    subscribers: { counts: unused, report: unused },
    board: unused,
    live: { listen: unused, id: '' },
    assets,
    act: unused,
    knows: unused,
    holderOf: () => undefined,
    clock: { monotonicMs: () => 0 },
    log: { info: () => {}, warn: () => {}, error: () => {} },
    ...given,
  });
