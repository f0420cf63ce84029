import { access, constants, readFile, stat } from 'node:fs/promises';
import path from 'node:path';

/**
 * Who runs PostgreSQL. It refuses to run as root, so root lends it an account that has no rights of its own:
 * the owner of its files when they exist, else `postgres` or `nobody`, whichever the machine has.
 */
export interface Account {
  readonly uid: number;
  readonly gid: number;
}

/** Null: PostgreSQL runs as whoever runs this process. */
export async function chooseAccount(dataDir: string): Promise<Account | null> {
  if (process.getuid?.() !== 0) return null;
  const owner = await stat(dataDir).catch(() => null);
  if (owner !== null && owner.uid !== 0) return { uid: owner.uid, gid: owner.gid };
  const lines = (await readFile('/etc/passwd', 'utf8')).split('\n').map((line) => line.split(':'));
  for (const name of ['postgres', 'nobody']) {
    const found = lines.find((fields) => fields[0] === name);
    if (found !== undefined) return { uid: Number(found[2]), gid: Number(found[3]) };
  }
  throw new Error(
    'PostgreSQL cannot run as root, and this machine has neither a user "postgres" nor "nobody": start Tidemark as another user',
  );
}

/**
 * The command line that runs `program` under `account`. Folders that only root may enter (`/root`, say) are
 * opened to it by a capability that util-linux' setpriv hands on; the plain change of user is the usual case.
 */
export async function commandFor(program: string, args: readonly string[], account: Account | null, dataDir: string): Promise<Command> {
  if (account === null) return { program, args, account };
  if ((await mayPass(program)) && (await mayPass(dataDir))) return { program, args, account };
  if (!(await isInstalled('setpriv'))) {
    throw new Error(
      `only root may enter the folders above ${dataDir}, and setpriv (util-linux) is missing: choose another --data, or another user`,
    );
  }
  const lend = ['--inh-caps=+dac_override', '--ambient-caps=+dac_override'];
  const become = [`--reuid=${account.uid}`, `--regid=${account.gid}`, '--clear-groups'];
  return { program: 'setpriv', args: [...become, ...lend, program, ...args], account: null };
}

export interface Command {
  readonly program: string;
  readonly args: readonly string[];
  readonly account: Account | null;
}

/** May everybody enter all folders above `file`? */
async function mayPass(file: string): Promise<boolean> {
  for (let folder = path.dirname(file); ; folder = path.dirname(folder)) {
    if (((await stat(folder)).mode & 0o001) === 0) return false;
    if (folder === path.dirname(folder)) return true;
  }
}

async function isInstalled(program: string): Promise<boolean> {
  for (const folder of (process.env.PATH ?? '').split(path.delimiter)) {
    const found = await access(path.join(folder, program), constants.X_OK).then(
      () => true,
      () => false,
    );
    if (found) return true;
  }
  return false;
}
