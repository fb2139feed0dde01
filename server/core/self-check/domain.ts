// The domain that somebody means, however it was written: copied with its path, with capitals, with accents.

const writtenCharsMax = 300;
const nameCharsMax = 253;
const unprintable = /[\p{Cc}\p{Cf}\s]/u;
const label = '[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?';
/** Two labels at least, and no address: no name ends in a number (RFC 1123 §2.1). */
const namePattern = new RegExp(`^(?:${label}\\.)+(?!\\d+$)${label}$`);

/**
 * In ASCII and lower case, without the `www` before it; nothing, when it is no name of the web. Whatever a browser would take
 * for an address (`0x7f.1`, `2130706433`, digits in circles) has become one here, and is refused as one.
 */
export const domainIn = (written: string): string | undefined => {
  const text = written.trim();
  if (text.length > writtenCharsMax || unprintable.test(text)) return undefined;
  const url = URL.parse(/^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `http://${text}`);
  if (url === null || !/^https?:$/.test(url.protocol)) return undefined;
  if (url.username !== '' || url.password !== '' || url.port !== '') return undefined;
  const name = url.hostname.replace(/\.$/, '').replace(/^www\.(?=.+\.)/, '');
  return name.length <= nameCharsMax && namePattern.test(name) ? name : undefined;
};
