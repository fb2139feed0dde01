// What the calendar has told so far, kept across restarts: only so does it know what has changed since, and what is gone.
import type { Instant } from '../core/time.ts';
import type { Log, Store } from './ports.ts';
import type { PublishedWindow } from './published-maintenance.ts';
import { isolate } from './turns.ts';
import type { Turns } from './turns.ts';

type AnnouncementStore = Pick<Store, 'announcements' | 'keepAnnouncements'>;

export class Announcements {
  /** By id. */
  readonly told: Map<string, PublishedWindow>;
  readonly #unkept = new Map<string, PublishedWindow>();
  readonly #keep: Turns;
  #before: Instant = 0;

  private constructor(store: AnnouncementStore, log: Log, told: readonly PublishedWindow[]) {
    this.told = new Map(told.map((window) => [window.id, window]));
    this.#keep = isolate(async () => {
      const windows = [...this.#unkept.values()];
      await store.keepAnnouncements(windows, this.#before);
      for (const window of windows)
        if (this.#unkept.get(window.id) === window) this.#unkept.delete(window.id);
    }, log);
  }

  /** Rejects with a `StoreError`. */
  static async open(store: AnnouncementStore, log: Log): Promise<Announcements> {
    return new Announcements(store, log, await store.announcements());
  }

  /** This is what is told now; what ended before `since` is told no more. What could not be kept is kept with the next word. */
  note(calendar: readonly PublishedWindow[], since: Instant): void {
    for (const { id, until } of this.told.values()) if (until <= since) this.told.delete(id);
    for (const window of calendar) {
      if (this.told.get(window.id)?.changedAt === window.changedAt) continue;
      this.told.set(window.id, window);
      this.#unkept.set(window.id, window);
    }
    this.#before = since;
    if (this.#unkept.size > 0) this.#keep();
  }
}
