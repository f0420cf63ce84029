/**
 * A small file that is replaced as a whole, and is there twice: a JSON object whose first key is `version`, and a line with the CRC-32C
 * of what stands before it.
 *
 *   PATH.copy   written first, so that it is never behind
 *   PATH        what counts, as long as it is whole
 *
 * Damage of one of them is reported and mended from the other.
 */
import { CorruptionError, crc32c } from '@tidemark/base';
import { type Files, isFileError, isMissing, writeFileDurably } from '@tidemark/base/files';

export async function writeChecksummedJson(files: Files, path: string, version: number, fields: object): Promise<void> {
  const body = `${JSON.stringify({ version, ...fields }, null, 1)}\n`;
  const bytes = Buffer.from(`${body}crc32c ${checksum(body)}\n`);
  await writeFileDurably(files, path + COPY_SUFFIX, bytes);
  await writeFileDurably(files, path, bytes);
}

/** Null when there is none yet. Rejects with `CorruptionError` when both are damaged, with `Error` when a newer version wrote it. */
export async function readChecksummedJson(
  files: Files,
  path: string,
  version: number,
  onDamage: (error: CorruptionError) => void,
): Promise<unknown> {
  const [main, copy] = [await read(files, path), await read(files, path + COPY_SUFFIX)];
  if (main instanceof CorruptionError && typeof copy !== 'string') throw main;
  for (const found of [main, copy]) if (found instanceof CorruptionError) onDamage(found);
  const text = typeof main === 'string' ? main : copy;
  if (typeof text !== 'string') return null;
  const parsed = parse(path, text, version);
  if (main !== text) await mend(files, path, text);
  else if (copy !== text) await mend(files, path + COPY_SUFFIX, text);
  return parsed;
}

/** Both, when neither can be read: the first is kept as `aside`. */
export async function setChecksummedJsonAside(files: Files, path: string, aside: string): Promise<void> {
  await files.rename(path, aside);
  await files.remove(path + COPY_SUFFIX).catch((error) => {
    if (!isMissing(error)) throw error;
  });
}

const COPY_SUFFIX = '.copy';

async function read(files: Files, path: string): Promise<string | CorruptionError | null> {
  let text: string;
  try {
    text = String(await files.read(path));
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
  const body = bodyOf(text);
  if (text === `${body}crc32c ${checksum(body)}\n`) return text;
  return new CorruptionError({ file: path, offset: 0, reason: 'the file fails its checksum' });
}

/** A disk that does not take it now is no reason not to open: the next opening tries again. */
async function mend(files: Files, path: string, text: string): Promise<void> {
  try {
    await writeFileDurably(files, path, Buffer.from(text));
  } catch (error) {
    if (!isFileError(error)) throw error;
  }
}

function parse(path: string, text: string, version: number): unknown {
  const parsed = JSON.parse(bodyOf(text));
  if (parsed.version !== version)
    throw new Error(`${path} has format version ${parsed.version}, written by a newer Tidemark: this one reads ${version}`);
  return parsed;
}

function bodyOf(text: string): string {
  return text.slice(0, text.lastIndexOf('crc32c '));
}

function checksum(body: string): string {
  return crc32c(Buffer.from(body)).toString(16).padStart(8, '0');
}
