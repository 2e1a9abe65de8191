-- An outbox may be published by several slots, each the rows of a part of its aggregates (outbox-relay/shards.sql). Then outbox_slot names
-- them all: a day is confirmed once the last of them has confirmed it, and in doubt if one of them is missing or lost.

create or replace function outbox_slot_trouble() returns text language sql stable as $$
  select string_agg(
    case
      when slot_name is null then
        format('slot %s is missing, and what is not published yet has its only copy in the outbox: nothing of that is dropped before it is published again', name)
      when wal_status = 'lost' or to_jsonb(slot) ->> 'invalidation_reason' is not null then
        format('slot %s is lost, and what is not published yet has its only copy in the outbox: nothing of that is dropped before it is published again', name)
    end, '; ' order by name)
  from outbox_slot left join pg_replication_slots slot on slot_name = name and database = current_database()
$$;

create or replace function outbox_watch_slot() returns table (outcome text, subject text, detail text) language plpgsql as $$
declare
  trouble constant text := outbox_slot_trouble();
begin
  if trouble is null then
    update outbox_day set confirmed = true
    where not confirmed and not doubtful
      and ended <= (select min(confirmed_flush_lsn) from pg_replication_slots join outbox_slot on slot_name = name);
  else
    update outbox_day set doubtful = true where not confirmed and not doubtful;
    return query select 'slot', 'outbox', trouble;
  end if;
end
$$;

create or replace function outbox_drop_days(keep_days int) returns table (outcome text, subject text, detail text)
language plpgsql as $$
declare
  old outbox_day;
begin
  for old in
    select * from outbox_day
    where day < messaging_today() - keep_days and day in (select messaging_partition_days('outbox'))
    order by day
  loop
    subject := messaging_partition('outbox', old.day);
    if not old.confirmed then
      outcome := 'kept';
      detail := case
        when old.ended is null then 'kept, for a transaction that may append to it is still open: end it'
        when old.doubtful then 'kept, for the slot was missing or lost before it had confirmed this day: publish its rows again, then set doubtful = false in outbox_day'
        else (select format('kept, for slot %s is at %s and the day ended at %s: see that the relay runs', slot_name, confirmed_flush_lsn, old.ended)
              from pg_replication_slots join outbox_slot on slot_name = name
              order by confirmed_flush_lsn limit 1)
      end;
    else
      begin
        execute format('drop table %I', subject);
        update outbox_day set dropped = now() where day = old.day;
        outcome := 'dropped';
        detail := null;
      exception
        when lock_not_available then
          outcome := 'timed_out';
          detail := sqlerrm;
      end;
    end if;
    return next;
    exit when outcome = 'timed_out';
  end loop;
end
$$;
