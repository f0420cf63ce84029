import { CorruptionError, crc32c } from '@tidemark/base';
import { type Files, isMissing, writeFileDurably } from '@tidemark/base/files';

/** A small file that is replaced as a whole: a JSON object whose first key is `version`, and a line with the CRC-32C of what stands before it. */
export async function writeChecksummedJson(files: Files, path: string, version: number, fields: object): Promise<void> {
  const body = `${JSON.stringify({ version, ...fields }, null, 1)}\n`;
  await writeFileDurably(files, path, Buffer.from(`${body}crc32c ${checksum(body)}\n`));
}

/** Null when there is none yet. Rejects with `CorruptionError` on damage, with `Error` when a newer version wrote it. */
export async function readChecksummedJson(files: Files, path: string, version: number): Promise<unknown> {
  let text: string;
  try {
    text = String(await files.read(path));
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
  const body = text.slice(0, text.lastIndexOf('crc32c '));
  if (text !== `${body}crc32c ${checksum(body)}\n`)
    throw new CorruptionError({ file: path, offset: 0, reason: 'the file fails its checksum' });
  const parsed = JSON.parse(body);
  if (parsed.version !== version)
    throw new Error(`${path} has format version ${parsed.version}, written by a newer Tidemark: this one reads ${version}`);
  return parsed;
}

function checksum(body: string): string {
  return crc32c(Buffer.from(body)).toString(16).padStart(8, '0');
}
