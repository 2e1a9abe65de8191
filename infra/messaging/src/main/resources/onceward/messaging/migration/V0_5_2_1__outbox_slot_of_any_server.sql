-- As before, for every supported server: only PostgreSQL 17 and newer have the column invalidation_reason. Older ones say of every
-- slot that they have invalidated that it is lost.
create or replace function outbox_slot_trouble() returns text language sql stable as $$
  select case
    when slot_name is null then
      format('slot %s is missing, and what is not published yet has its only copy in the outbox: nothing of that is dropped before it is published again', name)
    when wal_status = 'lost' or to_jsonb(slot) ->> 'invalidation_reason' is not null then
      format('slot %s is lost, and what is not published yet has its only copy in the outbox: nothing of that is dropped before it is published again', name)
  end
  from outbox_slot left join pg_replication_slots slot on slot_name = name and database = current_database()
$$;
