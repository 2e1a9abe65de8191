-- Rows of an unlogged partition are not in the log, so they would never be published, also not once the partition is logged. The append fails
-- instead. PostgreSQL calls a table publishable if it is no table of the system and its rows go to the log; it knows that without looking at a table.
-- The SQLState is that of a server that takes no writes for now: consumers wait, and callers are told to try again.
create or replace function outbox_is_append_only() returns trigger language plpgsql as $$
begin
  if tg_op = 'INSERT' then
    if not pg_relation_is_publishable(tg_relid) then
      raise exception 'rows of % would never be published: it is unlogged', tg_relid::regclass
        using errcode = '25006', hint = format('alter table %s set logged', tg_relid::regclass);
    end if;
    return new;
  end if;
  raise exception 'the outbox is append-only: % is not allowed', tg_op
    using hint = 'Rows leave the outbox only with their partition.';
end
$$;
