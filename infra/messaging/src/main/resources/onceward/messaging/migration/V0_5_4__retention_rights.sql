-- A function that runs as its owner looks for names where its owner put them, and nowhere its caller could put others.
do $$
declare
  name text;
begin
  foreach name in array array['outbox_retain', 'inbox_retain'] loop
    execute format('alter function %I(int, int) set search_path = %I, pg_temp', name, current_schema());
    execute format('grant execute on function %I(int, int) to "${service}"', name);
  end loop;
end
$$;

revoke execute on function
  messaging_today(), messaging_lowest_id, messaging_partition, messaging_partition_days, inbox_move_from_default,
  messaging_make_partition, messaging_make_partitions, messaging_look_ahead, messaging_try_lock, messaging_require_days,
  outbox_slot_trouble, outbox_end_days, outbox_watch_slot, outbox_drop_days, outbox_retain, inbox_drop_days, inbox_retain
from public;

-- So that nothing is ever written to a default partition for want of a first run.
select outbox_retain(14, 7);
select inbox_retain(30, 7);
