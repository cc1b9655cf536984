/* Photos of the sources, called by a line of the text: ［图：name｜caption］. */

/** The line that calls a photo. The signs that end a name or a caption cannot stand in them. */
export function photoLine(name: string, caption: string): string {
  const plain = caption.replace(/[［[]/g, '（').replace(/[］\]]/g, '）').replace(/[｜|]/g, '，').replace(/\s+/g, ' ').trim();
  return plain ? `［图：${name}｜${plain}］` : `［图：${name}］`;
}

/** TEXT with LINE as a line of its own at the cursor; the cursor goes behind it. */
export function insertLine(text: string, cursor: number, line: string): { text: string; cursor: number } {
  const at = Math.max(0, Math.min(cursor, text.length));
  const before = text.slice(0, at).replace(/[ \t]+$/, '');
  const after = text.slice(at).replace(/^[ \t]+/, '');
  const head = before + (before && !before.endsWith('\n') ? '\n' : '') + line;
  return { text: head + (after.startsWith('\n') ? after : `\n${after}`), cursor: head.length + 1 };
}
