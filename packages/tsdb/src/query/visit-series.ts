import type { QueryBudget } from './budget.ts';
import type { Queryable, SelectedSeries, SelectRequest } from './queryable.ts';

/** One series after the other, in whichever way the place gives them: columns are valid until `visit` returns. */
export async function visitSeries(
  queryable: Queryable,
  request: SelectRequest,
  budget: QueryBudget,
  visit: (series: SelectedSeries) => void,
): Promise<void> {
  if (queryable.visit !== undefined) return queryable.visit(request, budget, visit);
  const selected = await queryable.select(request, budget);
  for (const series of selected) {
    if (selected.length > 1) await budget.breathe();
    visit(series);
  }
}
