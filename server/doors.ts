// The two doors of the house: the one that everybody may come to, and the one of the administrators.
import type { Config } from '../config/config.ts';
import type { Incidents } from './app/incidents.ts';
import type { Log, Store } from './app/ports.ts';
import type { Watch } from './core/watch.ts';
import type { Assets } from './http/assets.ts';
import type { Metrics } from './http/metrics.ts';
import { createPrivate } from './http/private.ts';
import { createPublic } from './http/public.ts';
import type { PublicDeps } from './http/public.ts';
import type { Pages } from './http/render.ts';
import { listen } from './http/server.ts';
import { systemClock as clock } from './system.ts';
import { holderOf, readHolders } from './tokens.ts';

export interface DoorsDeps {
  readonly config: Config;
  readonly assets: Assets;
  readonly log: Log;
  readonly pages: () => Pages;
  readonly hear: PublicDeps['hear'];
  readonly metrics: Metrics;
  readonly store: Pick<Store, 'explanations' | 'history'>;
  readonly watch: Watch;
  readonly incidents: Incidents;
}

export interface Doors {
  readonly urls: { readonly public: string; readonly private: string };
  readonly close: () => Promise<void>;
}

/** Rejects when one of the addresses cannot be had. */
export const openDoors = async (deps: DoorsDeps): Promise<Doors> => {
  const { config, assets, log, pages, hear, metrics, store, watch, incidents } = deps;
  const bearer = (token: string) => holderOf(readHolders(config.data), token, clock.now());
  const listeners = await Promise.all([
    listen(createPublic({ pages, assets, hear, now: clock.now, log }), config.listen.public),
    listen(
      createPrivate({
        metrics,
        explanations: store.explanations,
        latency: { history: store.history, checks: () => watch.checks, now: clock.now },
        incidents,
        holderOf: bearer,
        clock,
        log,
      }),
      config.listen.private,
    ),
  ]);
  return {
    urls: { public: listeners[0].url, private: listeners[1].url },
    close: async () => {
      await Promise.all(listeners.map((listener) => listener.close()));
    },
  };
};
