// An address of mail that a stranger wrote, as it may stand in an envelope and in a header.

/** RFC 5321 §4.5.3.1: 254 of the 256 octets of a path are between its brackets. */
const addressCharsMax = 254;
const localCharsMax = 64;
const domainCharsMax = 253;
/** A dot-string (RFC 5321 §4.1.2). What must be quoted is hardly anybody's, and was mostly written to do harm. */
const localPattern = /^[a-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*$/i;
const label = '[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?';
/** Two labels at least, and no address of a machine: no name ends in a number (RFC 1123 §2.1). */
const domainPattern = new RegExp(`^(?:${label}\\.)+(?!\\d+$)${label}$`);

/** With its domain in ASCII and lower case; nothing, when it is no address, or one that wants more than plain SMTP. */
export const addressIn = (written: string): string | undefined => {
  if (written.length > 2 * addressCharsMax) return undefined;
  const text = written.trim();
  const at = text.lastIndexOf('@');
  const [local, name] = [text.slice(0, at), text.slice(at + 1)];
  if (at < 1 || local.length > localCharsMax || !localPattern.test(local)) return undefined;
  const domain = asciiOf(name);
  if (domain.length > domainCharsMax || !domainPattern.test(domain)) return undefined;
  const address = `${local}@${domain}`;
  return address.length <= addressCharsMax ? address : undefined;
};

/** Empty, when it is no name by itself: what would end a name in an address, or begin another part of it. */
const asciiOf = (name: string): string =>
  /[\p{Cc}\p{Cf}\s:/?#\\@%[\]]/u.test(name) ? '' : (URL.parse(`http://${name}/`)?.hostname ?? '');
