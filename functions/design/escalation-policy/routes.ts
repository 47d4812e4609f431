import { registerRoutes } from '../../kernel/register.js';
import { escalationPolicies, escalationPolicyRegister } from './entity.js';

/** The HTTP face of an escalation policy. */
export const routes = registerRoutes(escalationPolicies, escalationPolicyRegister);
