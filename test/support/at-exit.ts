// What must not outlive this process: a test run that is cut short leaves no daemon and no network behind, unless it is
// killed.
const duties = new Set<() => void>();

process.once('exit', () => {
  for (const duty of [...duties].toReversed()) attempt(duty);
});

const attempt = (duty: () => void): void => {
  try {
    duty();
  } catch {
    // It has ended already, and the others must still.
  }
};

/** Done when the process exits, the newest first; what it answers takes it back. */
export const atExit = (duty: () => void): (() => void) => {
  duties.add(duty);
  return () => void duties.delete(duty);
};
