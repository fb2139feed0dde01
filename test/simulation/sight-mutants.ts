// Bugs in what we make of our witnesses: of our uplink, of the losses on it, and of our own blindness.
import type { Mutant } from './mutants.ts';

export const sightMutants: readonly Mutant[] = [
  {
    bug: 'a witness that was asked before the first failure clears us of it',
    file: 'server/core/judge.ts',
    from: 'clear.seen.askedAt >= before.since;',
    to: 'clear.seen.askedAt >= 0;',
    caught: /^I14 blind vantage/,
  },
  {
    bug: 'an uplink that is cut behind our gateway is called well',
    file: 'server/core/uplink.ts',
    from: 'if (lostVotes >= mostVotes) {',
    to: 'if (lostVotes > 1) {',
    caught: /^I1 detect|^consequence/,
  },
  {
    bug: 'we take ourselves for blind though the gateway answers',
    file: 'server/core/sight.ts',
    from: 'share >= mostVotes && near.every(',
    to: 'share >= mostVotes || near.every(',
    caught: /^I14 blind vantage|^I1 detect/,
  },
  {
    bug: 'what a cut uplink drags along is told as news of its own',
    file: 'server/core/consequences.ts',
    from: 'if (root !== undefined) return root;',
    to: 'if (root !== undefined) return undefined;',
    caught: /^consequence/,
  },
  {
    bug: 'who is slow because the uplink loses packets is called slow',
    isRare: true,
    file: 'server/core/lossy.ts',
    from: ": { grade: 'invalid', ...said, answered: true };",
    to: ': graded;',
    caught: /^lossy path/,
  },
  {
    bug: 'three silences over an uplink that loses packets are an outage',
    isRare: true,
    file: 'server/core/judge.ts',
    from: 'const silencesPerFailure = 4;',
    to: 'const silencesPerFailure = 1;',
    caught: /^lossy path/,
  },
  {
    bug: 'an uplink that once lost packets is never clear again',
    file: 'server/core/sights.ts',
    from: 'return loss && { endedAt: at, ...loss };',
    to: 'return loss;',
    caught: /^lossy path/,
  },
  {
    bug: 'blindness is told as often as a witness fails',
    file: 'server/core/sights.ts',
    from: 'entry.sight.blind !== before.blind && {',
    to: '(entry.sight.blind || before.blind) && {',
    caught: /^I6 dedup|^I14 blind vantage/,
  },
  {
    bug: 'a prober that is unfit is believed',
    file: 'server/core/fitness.ts',
    from: 'return this.#unfit === undefined && at >= this.#fitSince;',
    to: 'return at > 0;',
    caught: /^unfit prober/,
  },
  {
    bug: 'nobody is told that the prober is unfit',
    file: 'server/core/impairment.ts',
    from: '...(unfit === undefined',
    to: '...(unfit !== undefined',
    caught: /^unfit prober|^exception/,
  },
];
