import { RetentionConfigError, readRetention } from '../retention/retention-config.ts';
import type { RetentionPlans } from '../retention/retention-plans.ts';
import { badParameter } from './api-error.ts';
import { answer, type Endpoint } from './endpoint.ts';

/**
 * `/api/v1/status/retention`: what retention would take away of a tenant's samples, now or `within` a duration; with `config`, the text of
 * a configuration file, by its rules. Nothing is changed.
 */
export function retentionEndpoint(plans: RetentionPlans): Endpoint {
  return async ({ tenant, parameters }) => {
    const config = parameters.text('config');
    return answer(await plans.plan(tenant, parameters.optionalDurationMs('within') ?? 0, config === '' ? null : rulesOf(config)));
  };
}

function rulesOf(config: string) {
  try {
    return readRetention(config);
  } catch (error) {
    if (error instanceof RetentionConfigError) throw badParameter('config', error.message);
    throw error;
  }
}
