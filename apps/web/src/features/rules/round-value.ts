/**
 * A dragged value as a person would write it: rounded to what one pixel of the axis means, so that 0.4831934 becomes 0.48 on
 * an axis from 0 to 1.
 */
export function roundToPixel(value: number, axisSpan: number, axisPixels: number): number {
  const perPixel = axisSpan / axisPixels;
  if (!(perPixel > 0) || !Number.isFinite(perPixel)) return value;
  const digits = Math.ceil(-Math.log10(perPixel));
  if (digits > 0) return Number(value.toFixed(Math.min(digits, 20)));
  const unit = 10 ** -digits;
  return Math.round(value / unit) * unit;
}
