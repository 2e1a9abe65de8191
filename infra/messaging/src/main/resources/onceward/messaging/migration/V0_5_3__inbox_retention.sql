-- A day of the inbox is dropped when it is older than the retention. What it remembered is forgotten: so the low-water
-- mark moves in the same transaction, and whoever claims a message with a lower UUIDv7 learns that it may be a duplicate.

create table inbox_low_water (mark uuid not null);
insert into inbox_low_water values ('00000000-0000-0000-0000-000000000000');
grant select on inbox_low_water to "${service}";

create function inbox_drop_days(keep_days int) returns table (outcome text, subject text, detail text)
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
    exit when outcome = 'timed_out';
  end loop;
end
$$;

-- As outbox_retain.
create function inbox_retain(keep_days int, ahead_days int) returns table (outcome text, subject text, detail text)
language plpgsql security definer set lock_timeout = '100ms' as $$
begin
  perform messaging_require_days('the retention of the inbox', keep_days, 2, 3650);
  perform messaging_require_days('how far partitions are made ahead', ahead_days, 1, 100);
  if messaging_try_lock('inbox') then
    return query select * from messaging_make_partitions('inbox', ahead_days);
    return query select * from inbox_drop_days(keep_days);
  else
    return query select 'busy', 'inbox', null;
  end if;
  return query select * from messaging_look_ahead('inbox', ahead_days);
end
$$;
