-- Also deletes ended requests to publish again and the marks of what they published. The marks stay as long as the outbox has rows of that
-- time, because `infra/onceward verify` reads them.
create index relay_republished_of_request on relay_republished (request);

create or replace function dead_letter_retain(keep_days int, ahead_days int) returns table (outcome text, subject text, detail text)
language plpgsql security definer set lock_timeout = '100ms' as $$
declare
  before timestamptz := now() - make_interval(days => keep_days);
  before_outbox timestamptz := least(before, (select min(day)::timestamp at time zone 'UTC' from outbox_day where dropped is null));
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
  delete from replay where id in
    (select id from replay where ended_at < before or (state = 'planned' and requested_at < before) limit rows_max);
  -- The content of letters that were handled with another payload.
  update dead_letter set value = null, edited_value = null where id in
    (select id from dead_letter where state <> 'open' and edited_value is not null and closed_at < before limit rows_max);
  delete from relay_republished where (message_id, request) in
    (select message_id, request from relay_republished join relay_republish on relay_republish.id = request
     where ended_at < before_outbox limit rows_max);
  delete from relay_republish_message where (request, message_id) in
    (select request, message_id from relay_republish_message join relay_republish on relay_republish.id = request
     where ended_at < before limit rows_max);
  delete from relay_republish where id in
    (select id from relay_republish where ended_at < before
       and not exists (select from relay_republish_message where request = relay_republish.id)
       and not exists (select from relay_republished where request = relay_republish.id) limit rows_max);
end
$$;

do $$
begin
  execute format('alter function dead_letter_retain(int, int) set search_path = %I, pg_temp', current_schema());
end
$$;
