-- Messages leave a service through this table: appended in the transaction that makes them true, captured from the
-- write-ahead log after it commits. The column names follow Debezium's outbox convention.
--
-- Partitioned by id: a UUIDv7 starts with its time, so a range of ids is a range of time, and the primary key can stay
-- unique across partitions. Ids outside every range fall in the default partition, so that no append is ever refused
-- for want of a partition.
--
-- The payload stays text, so that it is published byte for byte. It is checked by a cast to jsonb, which also refuses the
-- escape of U+0000 and half surrogate pairs: JSON allows them, but no consumer could store such a text in PostgreSQL.
create table outbox (
  id               uuid   not null default uuidv7(),
  aggregatetype    text   not null constraint outbox_aggregatetype_is_a_name check (aggregatetype ~ '^[a-z][a-z0-9-]{0,63}$'),
  aggregateid      text   not null constraint outbox_aggregateid_is_1_to_256_bytes check (octet_length(aggregateid) between 1 and 256),
  aggregateversion bigint not null constraint outbox_aggregateversion_is_positive check (aggregateversion > 0),
  type             text   not null constraint outbox_type_is_1_to_128_bytes check (octet_length(type) between 1 and 128),
  payload          text   not null constraint outbox_payload_is_a_json_object check (jsonb_typeof(payload::jsonb) = 'object')
                                   constraint outbox_payload_is_at_most_512_kib check (octet_length(payload) <= 524288),
  traceparent      text            constraint outbox_traceparent_is_at_most_64_bytes check (octet_length(traceparent) <= 64),
  causationid      uuid,
  correlationid    uuid,
  primary key (id)
) partition by range (id);

create table outbox_default partition of outbox default;

-- A before-row trigger also makes COPY write one row per WAL record. Debezium 3.6 treats rows that share a log position
-- as one, and would skip the rest of such a group when it restarts within it (Debezium issue 1554).
create function outbox_is_append_only() returns trigger language plpgsql as $$
begin
  if tg_op = 'INSERT' then
    return new;
  end if;
  raise exception 'the outbox is append-only: % is not allowed', tg_op
    using hint = 'Rows leave the outbox only with their partition.';
end
$$;

create trigger outbox_append_only before insert or update or delete on outbox
  for each row execute function outbox_is_append_only();
create trigger outbox_no_truncate before truncate on outbox
  for each statement execute function outbox_is_append_only();
-- Statement triggers are not passed on to partitions.
create trigger outbox_default_no_truncate before truncate on outbox_default
  for each statement execute function outbox_is_append_only();

-- The service may learn the id its insert was given, and nothing else of what lies in the outbox. It may not bring an id:
-- so no row is ever added to a day that has ended, by the database's clock.
grant insert (aggregatetype, aggregateid, aggregateversion, type, payload, traceparent, causationid, correlationid),
  select (id) on outbox to "${service}";
grant select on outbox to "${relay}";
