import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { formatDuration } from '@tidemark/base';
import { Command, Option } from 'commander';
import { durationArgument } from '../arguments.ts';
import { CommandFailure } from '../failure.ts';
import type { Surroundings } from '../program.ts';
import { QueryApi } from '../query-api.ts';
import { QUERY_URL, type TargetOptions, withTarget } from '../target.ts';
import { type PlanAnswer, planTable } from './plan-table.ts';

interface PlanOptions extends TargetOptions {
  readonly config?: string;
  readonly within: number;
}

export function retentionCommand({ baseDir, print }: Surroundings): Command {
  const command = new Command('retention').exitOverride().description('What is kept, and for how long.');
  withTarget(command.command('plan'))
    .description('what retention would take away, and how much that would free; nothing is changed')
    .addOption(new Option('--within <duration>', 'from now on, as 7d').default(0, 'what would go now').argParser(durationArgument))
    .option('--config <file>', 'by the rules of this file (its section "retention"), instead of those that hold')
    .action(async ({ query = QUERY_URL, tenant, json, config, within }: PlanOptions) => {
      const parameters = {
        within: formatDuration(within),
        ...(config !== undefined && { config: read(resolve(baseDir, config)) }),
      };
      const plan = await new QueryApi(query, tenant).get<PlanAnswer>('status/retention', parameters);
      print(json ? JSON.stringify(plan) : planTable(plan));
    });
  return command;
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new CommandFailure(`${path} cannot be read (${(error as NodeJS.ErrnoException).code})`);
  }
}
