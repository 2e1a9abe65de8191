-- A day of the outbox is dropped when it is older than the retention and the relay has confirmed all of it. After the loss
-- of a slot the outbox is the only copy of what was not yet published.

create table outbox_slot (name text not null);
insert into outbox_slot values ('${slot}');

create table outbox_day (
  day       date primary key,
  -- Where the log was when nobody could append to the day any more.
  ended     pg_lsn,
  -- The slot was past that point, or the day is empty.
  confirmed boolean not null default false,
  -- The slot was missing or lost before it had confirmed the day. A slot made anew starts behind what was not published,
  -- and confirms nothing of it. The owner sets this to false once the day has been published by other means.
  doubtful  boolean not null default false,
  dropped   timestamptz
);

create function outbox_slot_trouble() returns text language sql stable as $$
  select case
    when slot_name is null then
      format('slot %s is missing, and what is not published yet has its only copy in the outbox: nothing of that is dropped before it is published again', name)
    when wal_status = 'lost' or invalidation_reason is not null then
      format('slot %s is lost, and what is not published yet has its only copy in the outbox: nothing of that is dropped before it is published again', name)
  end
  from outbox_slot left join pg_replication_slots on slot_name = name and database = current_database()
$$;

-- A day of grace, so that no append that began in a day is under way; and if one is, the day ends in a later run.
create function outbox_end_days() returns void language plpgsql as $$
declare
  ending date;
  is_empty boolean;
begin
  insert into outbox_day (day)
  select made from messaging_partition_days('outbox') made where made <= messaging_today()
  on conflict do nothing;
  for ending in
    select day from outbox_day
    where ended is null and day < messaging_today() - 1 and day in (select messaging_partition_days('outbox'))
    order by day
  loop
    begin
      execute format('lock table %I in share mode', messaging_partition('outbox', ending));
      execute format('select not exists (select from %I)', messaging_partition('outbox', ending)) into is_empty;
      update outbox_day set ended = pg_current_wal_insert_lsn(), confirmed = is_empty where day = ending;
    exception
      when lock_not_available then null;
    end;
  end loop;
end
$$;

create function outbox_watch_slot() returns table (outcome text, subject text, detail text) language plpgsql as $$
declare
  trouble constant text := outbox_slot_trouble();
begin
  if trouble is null then
    update outbox_day set confirmed = true
    where not confirmed and not doubtful
      and ended <= (select confirmed_flush_lsn from pg_replication_slots join outbox_slot on slot_name = name);
  else
    update outbox_day set doubtful = true where not confirmed and not doubtful;
    return query select 'slot', 'outbox', trouble;
  end if;
end
$$;

create function outbox_drop_days(keep_days int) returns table (outcome text, subject text, detail text)
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
              from pg_replication_slots join outbox_slot on slot_name = name)
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

-- What a service may ask for, in any number of instances and as often as it likes. It runs as the owner of the tables, so
-- the bounds of what may be asked are in here.
create function outbox_retain(keep_days int, ahead_days int) returns table (outcome text, subject text, detail text)
language plpgsql security definer set lock_timeout = '100ms' as $$
begin
  perform messaging_require_days('the retention of the outbox', keep_days, 2, 3650);
  perform messaging_require_days('how far partitions are made ahead', ahead_days, 1, 100);
  if messaging_try_lock('outbox') then
    return query select * from messaging_make_partitions('outbox', ahead_days);
    perform outbox_end_days();
    return query select * from outbox_watch_slot();
    return query select * from outbox_drop_days(keep_days);
  else
    return query select 'busy', 'outbox', null;
  end if;
  return query select * from messaging_look_ahead('outbox', ahead_days);
end
$$;
