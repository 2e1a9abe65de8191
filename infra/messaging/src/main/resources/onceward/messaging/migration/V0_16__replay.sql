-- Replays of a topic for one consumer, asked for by an operator. The states and the edges between them: infra/docs/state-machines.md.
create table replay (
  id           uuid        not null default uuidv7() primary key,
  consumer     text        not null,
  topic        text        not null,
  mode         text        not null constraint replay_mode_is_known check (mode in ('repair', 'force')),
  state        text        not null default 'requested' constraint replay_state_is_known check (state in
                 ('requested', 'planning', 'planned', 'queued', 'running', 'paused', 'cancelled', 'refused', 'done')),
  operator     text        not null,
  reason       text,
  -- What the operator chose the records by; an empty array or null for all.
  partitions   int[]       not null,
  from_offset  bigint,
  until_offset bigint,
  since        timestamptz,
  until        timestamptz,
  keys         text[]      not null,
  types        text[]      not null,
  messages     uuid[]      not null,
  -- Messages a second that are handled at most.
  rate         float8      not null constraint replay_rate_is_positive check (rate > 0),
  -- After so many messages that failed, the replay pauses itself.
  failures_max int         not null,
  -- How often an instance began and neither got on nor could say why not: a message may end the process.
  starts       int         not null default 0,
  requested_at timestamptz not null default now(),
  started_at   timestamptz,
  ended_at     timestamptz,
  lease_owner  uuid,
  lease_until  timestamptz,
  -- What an operator should know of the plan.
  plan_note    text,
  -- Why the replay was refused or paused itself.
  note         text,
  -- Why the replay does not get on, and is tried again; null again when it does.
  trouble      text
);
create index replay_open on replay (id) where state in ('requested', 'planning', 'queued', 'running');

-- The ranges are fixed by the plan. What is published later is the live consumer's.
create table replay_partition (
  replay          uuid   not null references replay on delete cascade,
  kafka_partition int    not null,
  from_offset     bigint not null,
  until_offset    bigint not null,
  -- Records before this offset are done with. Moves in the transaction of the effects, so a message has its effect once per
  -- replay, whatever is killed.
  next_offset     bigint not null,
  primary key (replay, kafka_partition)
) with (fillfactor = 80);

-- How many records came to which end, in the plan and in the run.
create table replay_count (
  replay  uuid   not null references replay on delete cascade,
  phase   text   not null constraint replay_count_phase_is_known check (phase in ('plan', 'run')),
  outcome text   not null,
  records bigint not null,
  primary key (replay, phase, outcome)
) with (fillfactor = 80);

-- Messages that failed. They are claimed by nobody and can be replayed again.
create table replay_failure (
  replay          uuid        not null references replay on delete cascade,
  kafka_partition int         not null,
  kafka_offset    bigint      not null,
  message_id      uuid,
  key             text,
  type            text,
  failure         text        not null,
  failed_at       timestamptz not null default now(),
  primary key (replay, kafka_partition, kafka_offset)
);

-- Messages that a replay has handled although the consumer had handled them: a topic may have a message more than once.
create table replay_message (
  replay     uuid not null references replay on delete cascade,
  message_id uuid not null,
  primary key (replay, message_id)
);

grant insert, select, update on replay, replay_partition, replay_count to "${service}";
-- A plan that is made anew replaces its ranges.
grant delete on replay_partition to "${service}";
grant insert, select on replay_failure, replay_message to "${service}";

create index replay_ended on replay (ended_at) where ended_at is not null;

-- One audit for all that operators ask of a service. A service of the version before still writes by the old name.
alter table dead_letter_audit rename to operator_audit;
create view dead_letter_audit as select * from operator_audit;
grant insert, select, update (ended_at, outcome, detail) on dead_letter_audit to "${service}";

-- As before, with the new name, and replays that have ended.
create or replace function dead_letter_retain(keep_days int, ahead_days int) returns table (outcome text, subject text, detail text)
language plpgsql security definer set lock_timeout = '100ms' as $$
declare
  before timestamptz := now() - make_interval(days => keep_days);
  rows_max constant int := 10000;
begin
  perform messaging_require_days('the retention of dead letters', keep_days, 2, 3650);
  if not messaging_try_lock('dead_letter') then
    return query select 'busy', 'dead_letter', null;
    return;
  end if;
  delete from operator_audit where id in
    (select id from operator_audit where begun_at < before order by begun_at limit rows_max);
  delete from dead_letter_job_item where (job, letter) in
    (select item.job, item.letter from dead_letter_job_item item join dead_letter_job on dead_letter_job.id = item.job
     where dead_letter_job.ended_at < before limit rows_max);
  delete from dead_letter_job where id in
    (select id from dead_letter_job where ended_at < before
       and not exists (select from dead_letter_job_item where job = dead_letter_job.id) limit rows_max);
  delete from dead_letter_attempt where id in
    (select attempt.id from dead_letter_attempt attempt join dead_letter letter on letter.id = attempt.letter
     where letter.state <> 'open' and letter.closed_at < before limit rows_max);
  delete from replay where id in (select id from replay where ended_at < before limit rows_max);
  -- The content of letters that were handled with another payload.
  update dead_letter set value = null, edited_value = null where id in
    (select id from dead_letter where state <> 'open' and edited_value is not null and closed_at < before limit rows_max);
end
$$;

do $$
begin
  execute format('alter function dead_letter_retain(int, int) set search_path = %I, pg_temp', current_schema());
end
$$;
