/** `npm run simulate -- years --days N`: two years, and some days more, of a few series; see live-years.ts. */
import { parseArgs } from 'node:util';
import { liveYears, TWO_YEARS } from './live-years.ts';

const { values } = parseArgs({ options: { days: { type: 'string', default: String(TWO_YEARS.days) } } });

const report = await liveYears({ ...TWO_YEARS, days: Number(values.days), onDay: (line) => console.log(line) });
for (const line of report.wrong) console.error(line);
const list = (figures: ReadonlyMap<number, number>) =>
  [...figures].map(([widthMs, figure]) => `${widthMs / 1000} s: ${Math.round(figure * 100) / 100}`).join(', ');
console.log(`oldest block, days back: ${list(report.reachDays)}`);
console.log(
  `blocks: ${report.blocksMost} at most, ${report.blocksAtEnd} in the last tenth; bytes: ${report.bytesMost} and ${report.bytesAtEnd}`,
);
console.log(`steps by what answered: ${list(report.right)}; ${report.wrong.length} things are wrong`);
process.exitCode = report.wrong.length > 0 ? 1 : 0;
