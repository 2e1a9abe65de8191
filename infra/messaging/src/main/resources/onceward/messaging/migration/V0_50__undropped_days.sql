-- A day is dropped only in a moment in which nobody writes to its table. Under steady load there may be none, and the table grows. As before,
-- and a day that is kept two days too long is told.

create function messaging_undropped(parent text, of_day date, keep_days int)
returns table (outcome text, subject text, detail text) language sql volatile as $$
  select 'undropped', messaging_partition(parent, of_day), format(
    'cannot be dropped, and is kept %s days too long, because sessions hold the table for longer than 100 ms whenever the retention tries%s: end transactions that stay open; if all are short and there is always one, stop all instances of the service, then start them: the first one that starts drops the day',
    messaging_today() - keep_days - 1 - of_day,
    (select coalesce(' (now ' || string_agg(holder, ', ' order by holder) || ')', '')
     from (select distinct coalesce(format('%s with process id %s', usename, lock.pid), 'a prepared transaction') as holder
           from pg_locks lock left join pg_stat_activity session on session.pid = lock.pid
           where locktype = 'relation' and granted and lock.pid is distinct from pg_backend_pid()
             and database = (select oid from pg_database where datname = current_database())
             and relation in (to_regclass(parent), to_regclass(messaging_partition(parent, of_day)))
           limit 5) holders))
  where of_day < messaging_today() - keep_days - 2
$$;

revoke execute on function messaging_undropped from public;

create or replace function inbox_drop_days(keep_days int) returns table (outcome text, subject text, detail text)
language plpgsql as $$
declare
  old date;
begin
  for old in
    select made from messaging_partition_days('inbox') made where made < messaging_today() - keep_days order by made
  loop
    subject := messaging_partition('inbox', old);
    begin
      execute format('drop table %I', subject);
      update inbox_low_water set mark = messaging_lowest_id(old + 1) where mark < messaging_lowest_id(old + 1);
      outcome := 'dropped';
      detail := null;
    exception
      when lock_not_available then
        outcome := 'timed_out';
        detail := sqlerrm;
    end;
    return next;
    if outcome = 'timed_out' then
      return query select * from messaging_undropped('inbox', old, keep_days);
      exit;
    end if;
  end loop;
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
    if outcome = 'timed_out' then
      return query select * from messaging_undropped('outbox', old.day, keep_days);
      exit;
    end if;
  end loop;
end
$$;
