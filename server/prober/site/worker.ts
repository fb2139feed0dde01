// The thread in which hosted sites are looked at: what they answer is hostile, and must not weigh on anything else.
import { parentPort } from 'node:worker_threads';
import type { Site } from '../../app/self-check.ts';
import { examine } from './examine.ts';

parentPort?.on('message', ({ id, site }: { readonly id: number; readonly site: Site }) => {
  void examine(site, Date.now).then((facts) => parentPort?.postMessage({ id, facts }));
});
