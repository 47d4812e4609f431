import * as z from 'zod';

/** Shapes of facts that several nouns keep. */

/** Languages that people-facing text exists in. */
export const Language = z.enum(['en', 'zh-CN']);
export type Language = z.infer<typeof Language>;

/** An address as mail uses it, kept in lower case. */
export const Email = z.email({ message: 'An e-mail address, such as desk@example.org.' }).max(254).toLowerCase();

/** A mail domain, kept in lower case. */
export const Domain = z
  .string()
  .toLowerCase()
  .max(253)
  .regex(/^(?!-)[a-z0-9-]{1,63}(\.[a-z0-9-]{1,63})+$/, 'A domain, such as example.org.');

/** A name of the IANA time zone database. */
export const TimeZone = z.string().max(64).refine(isZone, 'A time zone of the IANA database, such as Europe/Berlin.');

function isZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return /^[A-Za-z]/.test(name);
  } catch {
    return false; // Intl says so by throwing a RangeError
  }
}

/** Who somebody is to the identity provider; a token leads to its record by these two and nothing else. */
export const Identity = z.strictObject({ issuer: z.string().min(1).max(300), subject: z.string().min(1).max(200) });
export type Identity = z.infer<typeof Identity>;

/** The unique value under which a record is found from a token's issuer and subject. */
export const identityKey = ({ issuer, subject }: Identity): string => `${issuer}|${subject}`;
