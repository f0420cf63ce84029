/** The course of a soak as one picture (SVG): some panels, each over the minutes. */
import { LineChart } from 'echarts/charts';
import { GridComponent, LegendComponent, TitleComponent } from 'echarts/components';
import { init, use } from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';

export interface Panel<M> {
  readonly title: string;
  readonly lines: readonly (readonly [name: string, of: keyof M])[];
}

const [WIDTH, PANEL_HEIGHT] = [800, 190];

export function plot<M extends { readonly minute: number }>(panels: readonly Panel<M>[], moments: readonly M[]): string {
  use([LineChart, GridComponent, LegendComponent, TitleComponent, SVGRenderer]);
  const chart = init(null, null, { renderer: 'svg', ssr: true, width: WIDTH, height: PANEL_HEIGHT * panels.length });
  chart.setOption({
    animation: false,
    backgroundColor: '#fff',
    title: panels.map(({ title }, i) => ({ text: title, top: i * PANEL_HEIGHT + 6, left: 16, textStyle: { fontSize: 13 } })),
    legend: panels.map(({ lines }, i) => ({
      top: i * PANEL_HEIGHT + 6,
      right: 24,
      data: lines.map(([name]) => `${name}${suffix(i)}`),
      icon: 'rect',
      itemHeight: 3,
      formatter: (name: string) => name.trimEnd(),
    })),
    grid: panels.map((_, i) => ({ top: i * PANEL_HEIGHT + 36, height: PANEL_HEIGHT - 66, left: 64, right: 24 })),
    xAxis: panels.map((_, i) => ({ gridIndex: i, type: 'value', min: 0, max: 'dataMax', axisLabel: { formatter: '{value} min' } })),
    yAxis: panels.map((_, i) => ({ gridIndex: i, type: 'value', min: 0 })),
    series: panels.flatMap(({ lines }, i) =>
      lines.map(([name, of]) => ({
        type: 'line',
        name: `${name}${suffix(i)}`,
        xAxisIndex: i,
        yAxisIndex: i,
        showSymbol: false,
        lineStyle: { width: 1.5 },
        data: moments.map((moment) => [moment.minute, moment[of]]),
      })),
    ),
  });
  const svg = chart.renderToSVGString();
  chart.dispose();
  return svg;
}

/** Names of lines are one space of the whole picture. */
function suffix(panel: number): string {
  return ' '.repeat(panel + 1);
}
