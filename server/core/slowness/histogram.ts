// Times of one hour, counted in bins a tenth wide: enough to say what was usual, in a fixed number of bytes.
// A time here is the natural logarithm of microseconds, so that noise which multiplies becomes noise which adds.

/** Below and above it all times are one: 10 µs and two minutes. */
const logMin = Math.log(10);
const logMax = Math.log(120_000_000);
const binWidth = 0.1;
export const bins = Math.ceil((logMax - logMin) / binWidth);

export const logOf = (us: number): number => Math.log(Math.max(1, us));

export const binOf = (log: number): number =>
  Math.min(bins - 1, Math.max(0, Math.floor((log - logMin) / binWidth)));

/** What times were like: logarithms. */
export interface Summary {
  readonly median: number;
  /** The standard deviation of a normal distribution with the same quartiles: spikes do not widen it. */
  readonly spread: number;
  /** What one in ten, and one in fifty, took at least: by how much it is above the median. */
  readonly above90: number;
  readonly above98: number;
}

/** Between the quartiles of a normal distribution lie so many of its standard deviations. */
const quartilesPerSigma = 1.349;

/** Of counts that are not all zero. */
export const summarise = (counts: ArrayLike<number>): Summary => {
  let total = 0;
  for (let bin = 0; bin < bins; bin++) total += counts[bin] ?? 0;
  const at = (share: number): number => quantile(counts, share * total);
  const median = at(0.5);
  return {
    median,
    spread: (at(0.75) - at(0.25)) / quartilesPerSigma,
    above90: at(0.9) - median,
    above98: at(0.98) - median,
  };
};

// Within a bin times are taken to be spread evenly.
const quantile = (counts: ArrayLike<number>, rank: number): number => {
  let before = 0;
  for (let bin = 0; bin < bins; bin++) {
    const count = counts[bin] ?? 0;
    if (count > 0 && before + count >= rank) return logMin + (bin + (rank - before) / count) * binWidth;
    before += count;
  }
  return logMax;
};
