import type { CustomerKey } from '../people.js';
import type { ServiceKey } from '../promises.js';
import { customs } from './customs.js';
import { mail } from './mail.js';
import { network } from './network.js';
import type { Scenarios, Told } from './scenario.js';
import { warehouse } from './warehouse.js';
import { workplace } from './workplace.js';

const byService: Readonly<Record<ServiceKey, Scenarios>> = { warehouse, network, customs, mail, workplace };

/** Every scenario of a customer, with the service that it is about. */
export const scenariosOf = (customer: CustomerKey): Told[] =>
  (Object.keys(byService) as ServiceKey[]).flatMap((service) =>
    byService[service][customer].map((scenario) => ({ ...scenario, service, customer })),
  );

/** The scenario of a customer, service and category; for what is going on right now. */
export function scenarioOf(customer: CustomerKey, service: ServiceKey, category: string): Told {
  const found = byService[service][customer].find((scenario) => scenario.category === category);
  if (!found) throw new Error(`No scenario of ${customer}, ${service} is about ${category}.`);
  return { ...found, service, customer };
}
