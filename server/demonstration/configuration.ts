// What an operator of the demonstration's world would write, with the places of this one world put in.
import { readFileSync } from 'node:fs';

/** `places`: what stands for `$name` in `vigie.yaml`. */
export const configurationText = (places: Readonly<Record<string, string | number>>): string =>
  readFileSync(new URL('./vigie.yaml', import.meta.url), 'utf8').replaceAll(/\$(\w+)/g, (_, name: string) =>
    String(places[name]),
  );
