-- Many dead letters handled or given up at an operator's request. The states and the edges between them: infra/docs/state-machines.md.
create table dead_letter_job (
  id                  uuid        not null default uuidv7() primary key,
  action              text        not null constraint dead_letter_job_action_is_known check (action in ('retry', 'discard')),
  state               text        not null default 'requested' constraint dead_letter_job_state_is_known check (state in
                        ('requested', 'running', 'paused', 'cancelled', 'done')),
  operator            text        not null,
  reason              text,
  -- What the operator chose the letters by, as words.
  selection           text        not null,
  -- Letters a second; null for as many as go.
  rate                float8      constraint dead_letter_job_rate_is_positive check (rate > 0),
  -- How often the job tries one letter.
  attempts_max        int         not null,
  -- The loop guard: a letter that has failed so often in a row at the same place is skipped, unless forced.
  failures_in_row_max int         not null,
  force               boolean     not null,
  total               int         not null,
  requested_at        timestamptz not null default now(),
  started_at          timestamptz,
  ended_at            timestamptz,
  -- The instance of the service that works on the job, and until when others leave the job to it.
  lease_owner         uuid,
  lease_until         timestamptz,
  -- Why the service paused the job itself.
  note                text
);
create index dead_letter_job_open on dead_letter_job (id) where state in ('requested', 'running');

create table dead_letter_job_item (
  job      uuid   not null references dead_letter_job on delete cascade,
  letter   uuid   not null,
  -- The order of the work: oldest key first, within a key by version.
  turn     bigint not null,
  state    text   not null default 'requested' constraint dead_letter_job_item_state_is_known check (state in
             ('requested', 'applied', 'verified', 'failed', 'skipped')),
  attempts int    not null default 0,
  -- How often an instance began with the letter and left no outcome: it may end the process.
  starts   int    not null default 0,
  note     text,
  noted_at timestamptz,
  primary key (job, letter)
) with (fillfactor = 80);
create index dead_letter_job_item_next on dead_letter_job_item (job, turn) where state = 'requested';
create index dead_letter_job_item_by_state on dead_letter_job_item (job, state);

grant insert, select, update on dead_letter_job, dead_letter_job_item to "${service}";
-- A letter is verified by the inbox row of its message.
grant select (consumer) on inbox to "${service}";
