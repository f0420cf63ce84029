import { systemClock } from '@tidemark/base';
import { Progress } from '../import/progress.ts';

export function noProgress(): Progress {
  return new Progress({ isTerminal: false, columns: 80, write: () => {} }, systemClock, 'imported');
}
