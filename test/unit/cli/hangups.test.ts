import { afterEach, expect, test, vi } from 'vitest';
import { expectHangups, forgetHangups, onHangup } from '../../../server/cli/hangups.ts';

const hangUp = () => process.emit('SIGHUP', 'SIGHUP');
afterEach(forgetHangups);

test('a hangup that comes too early is answered as soon as somebody can, once for however many', () => {
  expectHangups();
  expect(hangUp()).toBe(true);
  hangUp();
  const read = vi.fn<() => void>();
  const stop = onHangup(read);
  expect(read).toHaveBeenCalledTimes(1);
  stop();
});

test('each one after that is answered, and without one nothing is', () => {
  expectHangups();
  const read = vi.fn<() => void>();
  const stop = onHangup(read);
  expect(read).not.toHaveBeenCalled();
  hangUp();
  hangUp();
  expect(read).toHaveBeenCalledTimes(2);
  stop();
});

test('while it stops, a hangup neither ends the process nor is answered', () => {
  const read = vi.fn<() => void>();
  onHangup(read)();
  expect(hangUp()).toBe(true);
  expect(read).not.toHaveBeenCalled();
  // What was kept is for the next who answers.
  onHangup(() => {})();
});

test('a process that forgets hangups is ended by them', () => {
  expectHangups();
  forgetHangups();
  expect(process.listenerCount('SIGHUP')).toBe(0);
});
