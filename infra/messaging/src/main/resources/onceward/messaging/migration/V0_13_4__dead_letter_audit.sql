-- What operators have asked of the dead letters: every change, dry run, refusal and reading of a payload. A row is written before the
-- deed and completed after it; one that still says 'begun' belongs to a process that ended.
create table dead_letter_audit (
  id         bigint      generated always as identity primary key,
  begun_at   timestamptz not null default clock_timestamp(),
  ended_at   timestamptz,
  operator   text        not null,
  action     text        not null,
  -- What the action was about: a letter, a job, or the letters that were chosen.
  subject    text        not null,
  parameters text        not null,
  reason     text,
  dry_run    boolean     not null,
  outcome    text        not null default 'begun' constraint dead_letter_audit_outcome_is_known check (outcome in
               ('begun', 'done', 'refused', 'failed')),
  detail     text
);
create index dead_letter_audit_by_time on dead_letter_audit (begun_at);

grant insert, select, update (ended_at, outcome, detail) on dead_letter_audit to "${service}";
