import { design } from '../functions/design/area.js';
import { finding } from '../functions/finding/area.js';
import { governance } from '../functions/governance/area.js';
import type { Area } from '../functions/kernel/area.js';
import { operation } from '../functions/operation/area.js';
import { relationship } from '../functions/relationship/area.js';
import { strategy } from '../functions/strategy/area.js';
import { support } from '../functions/support/area.js';

/** Every area that is deployed, in the order in which the framework names them. */
export const areas: readonly Area[] = [strategy, design, operation, support, relationship, governance, finding];
