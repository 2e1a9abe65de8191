-- V0_5_2 makes a function that asks for a column of pg_replication_slots that servers before PostgreSQL 17 do not have, and they check
-- that when the function is made. V0_5_2_1 puts another in its place before it is first called. Until then, and only until the
-- transaction of a migration ends, the server does not look into the functions that it is given.
do $$
begin
  if current_setting('server_version_num')::int < 170000 and to_regprocedure('outbox_slot_trouble()') is null then
    perform set_config('check_function_bodies', 'off', true);
  end if;
end
$$;
