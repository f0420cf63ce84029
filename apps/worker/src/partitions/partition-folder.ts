/** An engine's folder in a data folder. */
export function partitionFolder(partition: number): string {
  return `partition-${partition}`;
}
