// SIGHUP asks for the configuration to be read again. One that comes before that can be done is kept, and ends nobody.

let isWaiting = false;
const keep = (): void => {
  isWaiting = true;
};
let answer = keep;
const hear = () => answer();

/** From now on a hangup is no end; it is kept until somebody answers it. */
export const expectHangups = (): void => {
  if (!process.listeners('SIGHUP').includes(hear)) process.on('SIGHUP', hear);
};

/** A hangup ends the process again. */
export const forgetHangups = (): void => void process.off('SIGHUP', hear);

/** Calls at each hangup, and at once for one that was kept; after `stop` they are kept again. */
export const onHangup = (call: () => void): (() => void) => {
  answer = call;
  expectHangups();
  if (isWaiting) call();
  isWaiting = false;
  return () => {
    answer = keep;
  };
};
