import type { Role } from '../../functions/kernel/permission.js';

/**
 * The name of this machine's issuer, by which people are found from their tokens. It is a name and no address, so that
 * whoever signed in yesterday is the same person today on another port.
 */
export const LOCAL_ISSUER = 'https://steward.localhost/';

/** Who may sign in on one machine without a password: one for each role, and the contacts of the demo organisation. */
export interface SamplePerson {
  /** What `GET /local/token?as=` takes, and the token's subject. */
  readonly id: string;
  readonly name: string;
  readonly roles: readonly Role[];
  readonly what: string;
}

export const samplePeople: readonly SamplePerson[] = [
  { id: 'admin', name: 'Robin Keller', roles: ['admin'], what: 'administrator' },
  { id: 'agent', name: 'Ada Okafor', roles: ['agent'], what: 'service desk agent, Europe' },
  { id: 'agent-2', name: 'Lin Wei', roles: ['agent'], what: 'service desk agent, Asia (reads Chinese)' },
  { id: 'owner', name: 'Jonas Brandt', roles: ['service-owner', 'agent'], what: 'service owner' },
  { id: 'relations', name: 'Sofia Marin', roles: ['relationship-manager'], what: 'relationship manager' },
  { id: 'sms', name: 'Priya Nair', roles: ['sms-manager'], what: 'SMS manager' },
  { id: 'auditor', name: 'Tomas Novak', roles: ['auditor'], what: 'internal auditor (reads everything, changes nothing)' },
  { id: 'requester', name: 'Clara Hoffmann', roles: ['requester'], what: 'contact at Harbour Logistics, Hamburg' },
  { id: 'requester-2', name: 'Chen Jing', roles: ['requester'], what: 'contact at Jade River Trading, Shanghai' },
];
