/** The little Markdown that a text panel needs: headings, paragraphs, lists, code, bold, links. Builds elements, never HTML text. */
import { Fragment, type ReactNode } from 'react';

export function Markdown({ text }: { text: string }) {
  return <>{blocksOf(text).map((block, i) => renderBlock(block, i))}</>;
}

export type Block =
  | { readonly kind: 'heading' | 'paragraph' | 'code'; readonly text: string }
  | { readonly kind: 'list'; readonly items: readonly string[] };

export function blocksOf(text: string): Block[] {
  const blocks: Block[] = [];
  let lines: string[] = [];
  let code: string[] | null = null;
  const finish = () => {
    if (lines.length > 0)
      blocks.push(
        isItem(lines[0]) ? { kind: 'list', items: lines.map((line) => line.slice(2)) } : { kind: 'paragraph', text: lines.join('\n') },
      );
    lines = [];
  };
  for (const line of text.split(/\r?\n/)) {
    if (line.startsWith('```')) {
      finish();
      if (code !== null) blocks.push({ kind: 'code', text: code.join('\n') });
      code = code === null ? [] : null;
    } else if (code !== null) {
      code.push(line);
    } else if (/^#{1,3} /.test(line)) {
      finish();
      blocks.push({ kind: 'heading', text: line.replace(/^#+ /, '') });
    } else {
      if (line.trim() === '' || (lines.length > 0 && isItem(line) !== isItem(lines[0]))) finish();
      if (line.trim() !== '') lines.push(line);
    }
  }
  finish();
  if (code !== null) blocks.push({ kind: 'code', text: code.join('\n') });
  return blocks;
}

function isItem(line: string): boolean {
  return /^[-*] /.test(line);
}

function renderBlock(block: Block, key: number): ReactNode {
  switch (block.kind) {
    case 'heading':
      return <h3 key={key}>{inline(block.text)}</h3>;
    case 'code':
      return (
        <pre key={key}>
          <code>{block.text}</code>
        </pre>
      );
    case 'list':
      return (
        <ul key={key}>
          {block.items.map((item, i) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: items have no other name and never move.
            <li key={i}>{inline(item)}</li>
          ))}
        </ul>
      );
    case 'paragraph':
      return <p key={key}>{inline(block.text)}</p>;
  }
}

function inline(text: string): ReactNode[] {
  const parts = text.split(/(`[^`]+`|\*\*[^*]+\*\*|\[[^\]]+\]\([^)\s]+\))/);
  // biome-ignore lint/suspicious/noArrayIndexKey: parts have no other name and never move.
  return parts.map((part, i) => <Fragment key={i}>{inlinePart(part)}</Fragment>);
}

function inlinePart(part: string): ReactNode {
  if (part.startsWith('`') && part.length > 2) return <code>{part.slice(1, -1)}</code>;
  if (part.startsWith('**') && part.length > 4) return <strong>{part.slice(2, -2)}</strong>;
  const link = /^\[([^\]]+)\]\(([^)\s]+)\)$/.exec(part);
  // Other schemes can run script.
  if (link !== null && /^(https?:\/\/|\/(?!\/)|#)/.test(link[2])) return <a href={link[2]}>{link[1]}</a>;
  return part;
}
