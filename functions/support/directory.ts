import { contact } from '../relationship/contact.js';
import { person } from './person.js';

/** The records that tokens lead to: staff by person, customers by contact. */
export const directory = { person: person.entity, contact: contact.entity };
