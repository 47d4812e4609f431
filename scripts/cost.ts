import { dollars, measure, type Used } from '../test/cost/cost.js';
import { IDLE } from '../test/cost/prices.js';

/** `npm run cost`: what an incident uses, measured on a real engine, and what that and an idle month cost by list prices. */
const { create, page, incident, bytes } = await measure();
const idle = IDLE.reduce((sum, [, , price]) => sum + price, 0);

const row = (name: string, seen: string, bar: string, holds: boolean) =>
  console.log(`${name.padEnd(46)} ${seen.padStart(12)}   ${bar.padEnd(8)} ${holds ? 'reached' : 'MISSED'}`);
const line = ({ writeUnits, readUnits, requests, transitions, mails }: Used) =>
  `${writeUnits} write units, ${readUnits} read units, ${requests} requests, ${transitions} transitions, ${mails} letters`;

console.log(`An incident of ${bytes} bytes, with its clocks:`);
row('create: write units', String(create.writeUnits), '≤ 16', create.writeUnits <= 16);
row('a page of fifty: read units', String(page.readUnits), '≤ 30', page.readUnits <= 30);
row('resolved in time: state transitions', String(incident.transitions), '≤ 12', incident.transitions <= 12);
row('idle: US dollars a month', idle.toFixed(2), '≤ 3', idle <= 3);

console.log(`\nFrom open to closed: ${line(incident)}`);
console.log(`  one incident              ${dollars(incident).toFixed(6)} USD`);
console.log(`  a thousand incidents      ${(1000 * dollars(incident)).toFixed(2)} USD`);
console.log('\nA month in which nothing happens:');
for (const [part, why, price] of IDLE) console.log(`  ${price.toFixed(2)} USD  ${part}: ${why}`);

if (create.writeUnits > 16 || page.readUnits > 30 || incident.transitions > 12 || idle > 3) process.exit(1);
