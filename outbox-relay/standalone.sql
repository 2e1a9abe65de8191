-- What the relay needs of a database whose outbox Onceward's library did not make. Run once, by the owner of the table, who
-- needs REPLICATION for the slot:
--
--   psql -d shop -v table=public.outboxevent -v slot=shop_outbox -v relay=relay -f standalone.sql
--
-- The role of the relay must be there: create role relay login replication password '…'. The table needs the columns id (a
-- UUID), aggregatetype, aggregateid, type and payload; aggregateversion, traceparent, causationid and correlationid are
-- understood where it has them.

\set ON_ERROR_STOP on
begin;

-- What is inserted from here on is published. What was before is not, unless it is inserted again.
create table public.relay_canary (
  slot        text        primary key,
  beat        bigint      not null default 0,
  beaten_at   timestamptz not null default now(),
  publication text
);
insert into public.relay_canary (slot) values (:'slot');

create publication outbox for table :table, public.relay_canary (slot, beat)
  with (publish = 'insert, update', publish_via_partition_root = true);

create function public.relay_publication_state(name text) returns text stable language sql as $$
  select string_agg(part, ' ' order by part)
  from (select format('%s@%s', oid, xmin) from pg_publication where pubname = name
        union all
        select format('%s@%s', rel.oid, rel.xmin)
        from pg_publication_rel rel join pg_publication pub on pub.oid = rel.prpubid
        where pub.pubname = name) parts (part)
$$;
update public.relay_canary set publication = public.relay_publication_state('outbox');

-- Rows that share a place in the log, as COPY and inserts of many rows write them, could be taken for one after a restart
-- in the exactly-once mode. A trigger for each row, whatever it does, gives each a place of its own.
create function public.outbox_row_by_row() returns trigger language plpgsql as $$ begin return new; end $$;
create trigger outbox_row_by_row before insert on :table
  for each row execute function public.outbox_row_by_row();

grant select on :table to :"relay";
grant select, update (beat, beaten_at) on public.relay_canary to :"relay";
commit;

-- Not in the transaction: a slot cannot be made in one that has written.
select pg_create_logical_replication_slot(:'slot', 'pgoutput');
