-- The history of each dead letter: who tried it, when, and what came of that. A row is written in the transaction that it tells of.
create table dead_letter_attempt (
  id              bigint      generated always as identity primary key,
  letter          uuid        not null,
  ended_at        timestamptz not null default clock_timestamp(),
  -- Null for the consumer itself.
  operator        text,
  -- The job that did it; null for a single command.
  job             uuid,
  outcome         text        not null constraint dead_letter_attempt_outcome_is_known check (outcome in
                    ('failed', 'handled', 'discarded', 'archived', 'restored', 'edited')),
  -- How often the handler was called; more than one when the consumer wrote the letter.
  attempts        int         not null,
  exception       text,
  exception_class text,
  stack_digest    text,
  -- What the operator gave as the reason.
  reason          text
);
create index dead_letter_attempt_of_letter on dead_letter_attempt (letter, id);

-- What is known of letters that are older than this table.
insert into dead_letter_attempt (letter, ended_at, outcome, attempts, exception, stack_digest)
select id, failed_at, 'failed', attempts, exception, stack_digest from dead_letter where state = 'open';

-- What an operator has put in the place of value; value stays beside it.
alter table dead_letter add column edited_value bytea;

grant insert, select on dead_letter_attempt to "${service}";
