import type { HostFiles } from './source.ts';

/** What a folder of /sys says of one thing, a value in each file. What cannot be read is not there. */
export type Attributes = Readonly<Record<string, string | undefined>>;

export async function readAttributes(files: HostFiles, folder: string, names: readonly string[]): Promise<Attributes> {
  const entries = await Promise.all(
    names.map((name) =>
      files.sys(`${folder}/${name}`).then(
        (text) => [name, text.trim()] as const,
        () => null, // The kernel refuses what does not apply, as the speed of a link that is down.
      ),
    ),
  );
  return Object.fromEntries(entries.filter((entry) => entry !== null));
}

/** The attributes of every entry of a folder that `wanted` knows, by what it captures; entries that say nothing are left out. */
export async function readAttributesOfAll(
  files: HostFiles,
  folder: string,
  wanted: RegExp,
  names: readonly string[],
): Promise<(readonly [entry: string, attributes: Attributes])[]> {
  const entries = (await files.sysList(folder)).flatMap((entry) => {
    const captured = wanted.exec(entry)?.[1];
    return captured === undefined ? [] : [[entry, captured] as const];
  });
  const all = await Promise.all(
    entries.map(async ([entry, captured]) => [captured, await readAttributes(files, `${folder}/${entry}`, names)] as const),
  );
  return all.filter(([, attributes]) => Object.keys(attributes).length > 0);
}

/** Null where it is missing or no integer. */
export function integer(text: string | undefined): number | null {
  return text === undefined || !/^-?\d+$/.test(text) ? null : Number(text);
}
