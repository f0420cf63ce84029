import { type Command, Option } from 'commander';
import { tenantArgument, urlArgument } from './arguments.ts';

/** Where the Tidemark is that a command works on. */
export interface TargetOptions {
  readonly query?: string;
  readonly tenant: string;
  readonly json?: boolean;
}

export const INGEST_URL = 'http://127.0.0.1:8011';
export const QUERY_URL = 'http://127.0.0.1:8012';

export function withTarget(command: Command): Command {
  return command
    .option('--query <url>', `query API of Tidemark (default: the port after that of ingest, ${QUERY_URL})`, urlArgument)
    .addOption(new Option('--tenant <name>', 'whose samples').default('default').argParser(tenantArgument))
    .option('--json', 'print the result as JSON')
    .exitOverride();
}
