'use client';

import type { Finding } from '@tidemark/rpc';
import classes from './promql-editor.module.css';

export interface FindingsProps {
  readonly findings: readonly Finding[];
  /** Null while the text is no longer the one that was looked at. */
  readonly onFix: ((finding: Finding) => void) | null;
}

/** What was found, below the text: read out, and put right by keyboard too. */
export function Findings({ findings, onFix }: FindingsProps) {
  return (
    <ul className={classes.findings} role="status">
      {findings.map((finding) => (
        <li key={`${finding.code} ${finding.from} ${finding.to}`} data-severity={finding.severity}>
          <span className={classes.severity}>{SEVERITY_NAMES[finding.severity]}</span> {finding.message}
          {finding.fix !== undefined && (
            <button type="button" className={classes.fix} disabled={onFix === null} onClick={() => onFix?.(finding)}>
              {finding.fix.title}
            </button>
          )}
        </li>
      ))}
    </ul>
  );
}

const SEVERITY_NAMES: Readonly<Record<Finding['severity'], string>> = { error: 'Mistake', warning: 'Warning', info: 'Hint' };
