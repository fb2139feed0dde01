// Every checker, by the invariants that it holds: those of whom another one's failure would follow come first. Numbers, from
// I1 (detect) to I22 (mute), are those of the plan of reliability; what is named by words alone is of how checks are judged.
// I19 (signature) has no checker: nothing is signed yet, for there are neither agents nor mirrors. With the first of them comes
// one that sends each message twice, altered, under another key, and after that key was revoked.
import { Alerted } from './alerted.ts';
import { Arrivals } from './arrivals.ts';
import { Authz } from './authz.ts';
import { Bounded } from './bounded.ts';
import type { Checker, Stage } from './checker.ts';
import { Condensed } from './condensed.ts';
import { Consequence } from './consequence.ts';
import { Deliver } from './deliver.ts';
import { Evidence } from './evidence.ts';
import { Hush } from './hush.ts';
import { LearnedSlowness } from './learned-slowness.ts';
import { Liveness } from './liveness.ts';
import { LossyPath } from './lossy-path.ts';
import { Mirror } from './mirror.ts';
import { Monotone } from './monotone.ts';
import { OneOpen } from './one-open.ts';
import { Reports } from './reports.ts';
import { Restart } from './restart.ts';
import { RollUp } from './roll-up.ts';
import { Rhythm } from './rhythm.ts';
import { Stories } from './stories.ts';
import { Sound } from './sound.ts';
import { Sum } from './sum.ts';
import { Told } from './told.ts';
import { UnfitProber } from './unfit-prober.ts';
import { ToldMembers } from './told-members.ts';
import { Upkeep } from './upkeep.ts';
import { Well } from './well.ts';
import { Withdrawn } from './withdrawn.ts';

export const checkersOf = (stage: Stage): readonly Checker[] =>
  [
    Monotone,
    Told,
    Evidence,
    Restart,
    OneOpen,
    Withdrawn,
    Liveness,
    Consequence,
    LossyPath,
    LearnedSlowness,
    UnfitProber,
    RollUp,
    Upkeep,
    Rhythm,
    Reports,
    Bounded,
    Well,
    Sum,
    Condensed,
    Sound,
    Deliver,
    Arrivals,
    Stories,
    Hush,
    Alerted,
    ToldMembers,
    Authz,
    Mirror,
  ].map((Each) => new Each(stage));
