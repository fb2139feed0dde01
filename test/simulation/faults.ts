// What goes wrong, when, and for how long.
import type { RouteConfig } from '../../config/config.ts';
import { hours, minutes, seconds } from '../support/watch.ts';
import type { Disk } from './disk.ts';
import { allSeries, patients } from './network.ts';
import type { Network } from './network.ts';
import { acknowledge, mute, planWork, tellMembers } from './people.ts';
import type { Fault, Profile } from './profile.ts';
import { pupil, schoolMs, slowerKinds } from './pupil.ts';
import type { Random } from './random.ts';
import { sinkMoods } from './sinks.ts';
import type { Sinks } from './sinks.ts';
import { Lane } from '../support/virtual-time.ts';
import type { VirtualTime } from '../support/virtual-time.ts';
import type { Vigie } from './vigie.ts';
import type { Mood, World } from './world.ts';

export interface Scene {
  readonly profile: Profile;
  readonly time: VirtualTime;
  readonly world: World;
  readonly network: Network;
  readonly vigie: Vigie;
  readonly disk: Disk;
  readonly sinks: Sinks;
  readonly random: Random;
  readonly trace: (line: string) => void;
  readonly crash: () => void;
  readonly uplinkChanged: () => void;
  readonly clockStepped: (before: number) => void;
}

/** Lets things happen until the answer is called. */
export const startFaults = (scene: Scene): (() => void) => {
  const lane = new Lane();
  for (const [fault, between] of Object.entries(scene.profile.hoursBetween) as [Fault, number][]) {
    const random = scene.random.fork(fault);
    const next = () => {
      actions[fault](scene, random);
      scene.time.after(random.exponential(between * hours), lane, next);
    };
    scene.time.after(random.exponential(between * hours), lane, next);
  }
  return () => {
    lane.isAlive = false;
  };
};

/** What was begun also ends, even when no more begins. */
const lasting = new Lane();

const isAtSchool = (ids: readonly string[], { profile, time }: Scene): boolean =>
  profile.learns && ids.includes(pupil.series) && time.nowMs < schoolMs;

const illness =
  (mood: Mood) =>
  (scene: Scene, random: Random): void => {
    const { time, world, trace } = scene;
    const check = random.pick(patients as [readonly string[], ...(readonly string[])[]]);
    const ids = random.chance(0.5) ? check : [check[random.int(0, check.length - 1)] ?? ''];
    if (ids.some((id) => world.target(id).mood !== 'well') || isAtSchool(ids, scene)) return;
    const lengthMs = random.logUniform(20 * seconds, 2 * hours);
    trace(`${ids.join(' and ')}: ${mood} for ${Math.round(lengthMs / seconds)} s`);
    for (const id of ids) world.setMood(id, mood, time.nowMs);
    time.after(lengthMs, lasting, () => {
      for (const id of ids) if (world.target(id).mood === mood) world.setMood(id, 'well', time.nowMs);
    });
  };

const actions: Readonly<Record<Fault, (scene: Scene, random: Random) => void>> = {
  refuse: illness('refuses'),
  hang: illness('hangs'),
  slow: illness('slow'),
  flap: illness('flaps'),
  slower: ({ time, world, trace }, random) => {
    const { series } = pupil;
    const target = world.target(series);
    const [kind, lengthMs] = [random.pick(slowerKinds), random.logUniform(2 * hours, 36 * hours)];
    if (time.nowMs < schoolMs || target.slower !== undefined) return;
    trace(`${series}: slower by a ${kind} for ${Math.round(lengthMs / seconds)} s`);
    const slower = { kind, sinceMs: time.nowMs, fullMs: time.nowMs + (kind === 'creep' ? lengthMs / 2 : 0) };
    target.slower = slower;
    time.after(lengthMs, lasting, () => {
      if (target.slower === slower) world.hasten(series, time.nowMs);
    });
  },
  loss: (scene, random) => {
    const { time, world, trace } = scene;
    const id = random.pick(allSeries as [string, ...string[]]);
    if (isAtSchool([id], scene)) return;
    const lengthMs = random.logUniform(2 * minutes, 2 * hours);
    trace(`the path of ${id} loses packets for ${Math.round(lengthMs / seconds)} s`);
    world.target(id).lossy = true;
    time.after(lengthMs, lasting, () => {
      world.target(id).lossy = false;
    });
  },
  cut: ({ time, world, trace, uplinkChanged }, random) => {
    const lengthMs = random.logUniform(10 * seconds, hours);
    world.uplink = random.pick(['silent', 'unreachable', 'beyond']);
    trace(`the uplink is ${world.uplink} for ${Math.round(lengthMs / seconds)} s`);
    uplinkChanged();
    time.after(lengthMs, lasting, () => {
      world.uplink = 'up';
      uplinkChanged();
    });
  },
  lossy: ({ time, world, trace, uplinkChanged }, random) => {
    if (world.uplink !== 'up') return;
    const lengthMs = random.logUniform(10 * minutes, 3 * hours);
    world.uplink = 'lossy';
    trace(`the uplink loses packets for ${Math.round(lengthMs / seconds)} s`);
    uplinkChanged();
    time.after(lengthMs, lasting, () => {
      if (world.uplink !== 'lossy') return;
      world.uplink = 'up';
      uplinkChanged();
    });
  },
  sick: ({ time, vigie, world, trace }, random) => {
    if (world.isProberSick || vigie.watch === undefined) return;
    const lengthMs = random.logUniform(10 * seconds, 2 * hours);
    trace(`the prober is sick for ${Math.round(lengthMs / seconds)} s`);
    world.isProberSick = true;
    vigie.sicken();
    time.after(lengthMs, lasting, () => {
      world.isProberSick = false;
    });
  },
  cut6: ({ time, world, trace }, random) => {
    const lengthMs = random.logUniform(10 * seconds, 6 * hours);
    trace(`IPv6 is unreachable for ${Math.round(lengthMs / seconds)} s`);
    world.uplink6 = 'unreachable';
    time.after(lengthMs, lasting, () => {
      world.uplink6 = 'up';
      world.uplink6SinceMs = time.nowMs;
    });
  },
  stall: ({ vigie, trace }, random) => {
    const lengthMs = random.logUniform(20, minutes);
    trace(`the prober stands still for ${Math.round(lengthMs)} ms`);
    vigie.stall('prober', lengthMs);
  },
  pause: ({ vigie, trace }, random) => {
    const lengthMs = random.logUniform(20, minutes);
    trace(`the main thread stands still for ${Math.round(lengthMs)} ms`);
    vigie.stall('main', lengthMs);
  },
  crash: ({ disk, crash, trace }, random) => {
    const how = random.pick(['now', 'crash before', 'crash within', 'crash after']);
    trace(`a crash: ${how}`);
    if (how === 'now') crash();
    else disk.mishap = how;
  },
  proberDeath: ({ vigie, trace }) => {
    trace('the prober dies');
    vigie.killProber();
  },
  suspend: ({ time, vigie, trace, clockStepped }, random) => {
    const lengthMs = random.logUniform(10 * seconds, 8 * hours);
    trace(`the machine is suspended for ${Math.round(lengthMs / seconds)} s`);
    const before = time.clock.now();
    vigie.stepClock(Math.round(lengthMs));
    clockStepped(before);
  },
  step: ({ time, vigie, trace, clockStepped }, random) => {
    const byMs = random.logUniform(seconds, hours) * (random.chance(0.5) ? 1 : -1);
    trace(`the clock is set by ${Math.round(byMs / seconds)} s`);
    const before = time.clock.now();
    vigie.stepClock(Math.round(byMs));
    clockStepped(before);
  },
  reload: ({ vigie, network, trace }, random) => {
    const config = network.other(random);
    trace(
      `another configuration: ${config.services.map(({ checks }) => checks.map(({ id }) => id).join('+')).join(', ')}`,
    );
    vigie.configure(config);
  },
  disk: ({ time, disk, trace }, random) => {
    if (disk.mishap !== 'none') return;
    const lengthMs = random.logUniform(seconds, 10 * minutes);
    disk.mishap = random.pick(['refused', 'kept, and denied']);
    trace(`commits are ${disk.mishap} for ${Math.round(lengthMs / seconds)} s`);
    time.after(lengthMs, lasting, () => {
      if (disk.mishap === 'refused' || disk.mishap === 'kept, and denied') disk.mishap = 'none';
    });
  },
  // What was reported comes once more, and late.
  echo: ({ time, vigie, trace }, random) => {
    const lengthMs = random.logUniform(minutes, hours);
    trace(`reports come twice for ${Math.round(lengthMs / seconds)} s`);
    vigie.echoesUntilMs = time.nowMs + lengthMs;
  },
  sink: ({ time, sinks, network, trace }, random) => {
    const { id } = random.pick(network.usual.routes as [RouteConfig]);
    const mood = random.pick(sinkMoods);
    const lengthMs = random.logUniform(10 * seconds, 4 * hours);
    if (sinks.moodOf(id) !== 'well') return;
    trace(`whoever takes ${id} is ${mood} for ${Math.round(lengthMs / seconds)} s`);
    sinks.setMood(id, mood);
    time.after(lengthMs, lasting, () => {
      if (sinks.moodOf(id) === mood) sinks.setMood(id, 'well');
    });
  },
  acknowledge,
  mute,
  plan: planWork,
  tell: tellMembers,
};
