-- What the relay needs of a database whose outbox Onceward's library did not make. Run once, by the owner of the table, who
-- needs REPLICATION for the slot, and CREATE on the database and on schema public:
--
--   psql -d shop -v table=public.outboxevent -v slot=shop_outbox -v relay=relay -f standalone.sql
--
-- The role of the relay must be there: create role relay login replication password '…'; if the table is in another schema
-- than public: grant usage on schema … to relay. The table needs the columns id (a UUID), aggregatetype, aggregateid, type and
-- payload (text, json or jsonb); aggregateversion, traceparent, causationid and correlationid are understood where it has them.
--
-- Published is what is committed after the last statement has returned; what was before is not, unless it is inserted again.
-- If another program publishes the outbox so far, let it publish all while nobody writes, and run this then. If only the last
-- statement fails, mend the cause and run that one alone.

\set ON_ERROR_STOP on
begin;

do $$ begin
  if current_setting('wal_level') <> 'logical' then
    raise exception 'wal_level is %; rows can be read from the log only if it is logical', current_setting('wal_level')
      using hint = 'alter system set wal_level = ''logical'', better also max_slot_wal_keep_size, and start the server again.';
  end if; end $$;

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

-- Messages that are held back: one that an operator has quarantined, and what came behind it for its key. The names of the columns
-- say what they hold; V0_8 of Onceward's library says more.
create table public.relay_parked (
  arrival          bigint      generated always as identity primary key,
  slot             text        not null,
  message_id       uuid        not null,
  unreadable       boolean     not null default false,
  aggregatetype    text,
  aggregateid      text,
  aggregateversion bigint,
  type             text,
  payload          text,
  traceparent      text,
  causationid      uuid,
  correlationid    uuid,
  parked_at        timestamptz not null default now(),
  quarantined_by   text,
  reason           text,
  release_asked_by text,
  release_asked_at timestamptz,
  discarded_by     text,
  ended_at         timestamptz,
  unique (slot, message_id, unreadable)
);
create index relay_parked_waiting on public.relay_parked (slot, aggregatetype, aggregateid, arrival) where ended_at is null;
create index relay_parked_quarantined on public.relay_parked (slot) where ended_at is null and quarantined_by is not null;
create index relay_parked_released on public.relay_parked (slot) where ended_at is null and release_asked_at is not null;
create index relay_parked_discarded on public.relay_parked (slot) where discarded_by is not null;

grant select on :table to :"relay";
grant select, update (beat, beaten_at) on public.relay_canary to :"relay";
grant select, insert, update, delete on public.relay_parked to :"relay";
commit;

-- Not in the transaction: a slot cannot be made in one that has written.
select pg_create_logical_replication_slot(:'slot', 'pgoutput');
