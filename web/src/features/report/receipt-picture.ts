/* The receipt as a picture: drawn on a canvas, so that it can be kept in the phone's album. */
export interface ReceiptFacts {
  title: string;
  number: string;
  time: string;
  to: string;
  sha256: string;
}

const WIDTH = 750;
const PAD = 56;
const NAMES = 120; // what the names of the facts take
const UI = "'PingFang SC', 'Microsoft YaHei', 'Noto Sans CJK SC', sans-serif";
const TEXT = "'Songti SC', 'SimSun', 'Noto Serif CJK SC', serif";

/** Lines of TEXT no wider than MAX. */
function wrap(pen: CanvasRenderingContext2D, text: string, max: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const char of text) {
    if (pen.measureText(line + char).width > max && line) {
      lines.push(line);
      line = '';
    }
    line += char;
  }
  if (line) lines.push(line);
  return lines;
}

export async function receiptPicture(facts: ReceiptFacts): Promise<Blob | null> {
  const canvas = document.createElement('canvas');
  const pen = canvas.getContext('2d');
  if (!pen) return null;
  pen.font = `600 40px ${TEXT}`;
  const title = wrap(pen, facts.title, WIDTH - PAD * 2);
  pen.font = `600 28px ${UI}`;
  const rows = [['编号', facts.number], ['时间', facts.time], ['报送至', facts.to]].map(([name = '', value = '']) => ({ name, lines: wrap(pen, value, WIDTH - PAD * 2 - NAMES) }));
  canvas.width = WIDTH;
  canvas.height = 364 + title.length * 60 + rows.reduce((sum, row) => sum + row.lines.length * 52, 0);

  pen.fillStyle = '#fbfaf7';
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.fillStyle = '#a8231c';
  pen.fillRect(0, 0, canvas.width, 12);
  pen.font = `600 32px ${UI}`;
  pen.fillText('社情民意信息报送回执', PAD, 92);

  pen.fillStyle = '#1f2329';
  pen.font = `600 40px ${TEXT}`;
  let y = 168;
  for (const line of title) {
    pen.fillText(line, PAD, y);
    y += 60;
  }
  pen.fillStyle = '#e4e1da';
  pen.fillRect(PAD, y - 16, WIDTH - PAD * 2, 2);
  y += 44;
  for (const { name, lines } of rows) {
    pen.fillStyle = '#565a61';
    pen.font = `28px ${UI}`;
    pen.fillText(name, PAD, y);
    pen.fillStyle = '#1f2329';
    pen.font = `600 28px ${UI}`;
    for (const line of lines) {
      pen.fillText(line, PAD + NAMES, y);
      y += 52;
    }
  }
  pen.fillStyle = '#565a61';
  pen.font = `24px ${UI}`;
  pen.fillText('全文校验码（SHA-256）', PAD, y + 8);
  pen.font = "22px 'Cascadia Mono', Consolas, 'Noto Sans Mono', monospace";
  pen.fillText(facts.sha256.slice(0, 32), PAD, y + 48);
  pen.fillText(facts.sha256.slice(32), PAD, y + 82);
  return new Promise((done) => canvas.toBlob(done, 'image/png'));
}
