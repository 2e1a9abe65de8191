-- One partition a day for outbox and inbox, made ahead of the day. A day is one of UTC, by the database's clock.

create function messaging_today() returns date language sql stable
  return (now() at time zone 'UTC')::date;

-- The lowest UUIDv7 of a day: its first millisecond, then version and variant, then zeros.
create function messaging_lowest_id(of_day date) returns uuid language sql immutable strict parallel safe
  return (lpad(to_hex((extract(epoch from of_day) * 1000)::bigint), 12, '0') || '70008000000000000000')::uuid;

create function messaging_partition(parent text, of_day date) returns text language sql stable strict
  return parent || to_char(of_day, '"_"YYYYMMDD');

create function messaging_partition_days(parent text) returns setof date language sql stable as $$
  select to_date(right(relname, 8), 'YYYYMMDD')
  from pg_inherits join pg_class on pg_class.oid = inhrelid
  where inhparent = parent::regclass and relname ~ '_\d{8}$'
$$;

-- Whatever has an id without a time may lie in the range of any day, and a day cannot get a partition while the default
-- partition has rows of its range. The inbox may move them; more than 1000 are left where they are, and so is the day.
create function inbox_move_from_default(to_partition text, of_day date) returns void language plpgsql as $$
begin
  lock table inbox_default in access exclusive mode;
  execute format(
    'with moved as (
       delete from inbox_default
       where ctid = any (array(select ctid from inbox_default where message_id >= %L and message_id < %L limit 1000))
       returning *)
     insert into %I select * from moved',
    messaging_lowest_id(of_day), messaging_lowest_id(of_day + 1), to_partition);
end
$$;

-- Attached rather than created in place: that stops nobody who writes to another partition.
create function messaging_make_partition(parent text, of_day date) returns void language plpgsql as $$
declare
  made constant text := messaging_partition(parent, of_day);
begin
  -- A write that has begun goes by the partitions it found. One on its way to the default partition would be refused if
  -- its day got a partition meanwhile; so for a day that has begun, those on their way are waited for.
  if of_day <= messaging_today() then
    execute format('lock table %I in access exclusive mode', parent);
  end if;
  execute format('create table %I (like %I including all)', made, parent);
  if parent = 'inbox' then
    perform inbox_move_from_default(made, of_day);
  else
    -- Statement triggers are not passed on to partitions.
    execute format(
      'create trigger outbox_no_truncate before truncate on %I for each statement execute function outbox_is_append_only()',
      made);
  end if;
  execute format(
    'alter table %I attach partition %I for values from (%L) to (%L)',
    parent, made, messaging_lowest_id(of_day), messaging_lowest_id(of_day + 1));
end
$$;

-- Each day by itself: one that cannot be made keeps no other from being made.
create function messaging_make_partitions(parent text, ahead_days int)
returns table (outcome text, subject text, detail text) language plpgsql as $$
declare
  missing date;
begin
  for missing in
    select messaging_today() + ahead from generate_series(0, ahead_days) ahead
    except select messaging_partition_days(parent)
    order by 1
  loop
    subject := messaging_partition(parent, missing);
    begin
      perform messaging_make_partition(parent, missing);
      outcome := 'made';
      detail := null;
    exception
      when lock_not_available then
        outcome := 'timed_out';
        detail := sqlerrm;
      when check_violation or duplicate_table then
        outcome := 'blocked';
        detail := format(
          'cannot be made, so messages of that day are kept in %s_default, for ever; other days are not concerned: %s',
          parent, sqlerrm);
    end;
    return next;
    -- Who waits holds up those behind; once a run is enough.
    exit when outcome = 'timed_out';
  end loop;
end
$$;

-- How many days from tomorrow on have their partition, without a gap; -1 if today has none.
create function messaging_look_ahead(parent text, ahead_days int)
returns table (outcome text, subject text, detail text) language sql stable as $$
  select 'ahead', parent, (coalesce(min(ahead), ahead_days + 1) - 1)::text
  from generate_series(0, ahead_days) ahead
  where messaging_today() + ahead not in (select messaging_partition_days(parent))
$$;

-- Instances take turns by not waiting for each other; the key is the table.
create function messaging_try_lock(parent text) returns boolean language sql volatile
  return pg_try_advisory_xact_lock('pg_class'::regclass::oid::int, parent::regclass::oid::int);

create function messaging_require_days(of_what text, days int, lowest int, highest int) returns void language plpgsql as $$
begin
  if days is null or days not between lowest and highest then
    raise exception '% is % days; allowed: % to %', of_what, days, lowest, highest using errcode = 'invalid_parameter_value';
  end if;
end
$$;
