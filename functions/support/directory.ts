import { contact } from '../relationship/contact.js';
import { person } from './person.js';
import { team } from './team.js';

/** The records that tokens lead to: staff by person and their teams, customers by contact. */
export const directory = { person: person.entity, contact: contact.entity, team: team.entity };
