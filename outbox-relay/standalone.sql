-- What the relay needs of a database whose outbox Onceward's library did not make. Run by the owner of the table, who
-- needs REPLICATION for the slot, and CREATE on the database and on schema public:
--
--   psql -d shop -v table=public.outboxevent -v slot=shop_outbox -v relay=relay -f standalone.sql
--
-- Each outbox of a database has a slot and a publication of its own: for the second one, run it again with that table, another
-- slot and -v publication=NAME. Run again with the same names, it changes nothing but to bring the tables relay_* up
-- to date with this version of the relay.
--
-- The role of the relay must be there: create role relay login replication password '…'; if the table is in another schema
-- than public: grant usage on schema … to relay. The table needs the columns id (a UUID), aggregatetype, aggregateid, type and
-- payload (text, json or jsonb); aggregateversion, traceparent, causationid and correlationid are understood where it has them
-- (the last two as UUIDs: what is none is left out of the message). Other columns are not sent.
--
-- Published is what is committed after the last statement has returned; what was before is not, unless it is inserted again.
-- If another program publishes the outbox so far, let it publish all while nobody writes, and run this then. If only the last
-- statement fails, mend the cause and run that one alone.

\set ON_ERROR_STOP on
\if :{?publication}
\else
\set publication outbox
\endif
begin;

do $$ begin
  if current_setting('wal_level') <> 'logical' then
    raise exception 'wal_level is %; rows can be read from the log only if it is logical', current_setting('wal_level')
      using hint = 'alter system set wal_level = ''logical'', better also max_slot_wal_keep_size, and start the server again.';
  end if; end $$;

create table if not exists public.relay_canary (
  slot        text        primary key,
  beat        bigint      not null default 0,
  beaten_at   timestamptz not null default now(),
  publication text
);
insert into public.relay_canary (slot) values (:'slot') on conflict do nothing;

create or replace function public.relay_publication_state(name text) returns text stable language sql
set search_path = pg_catalog as $$
  select string_agg(part, ' ' order by part)
  from (select format('%s@%s', oid, xmin) from pg_publication where pubname = name
        union all
        select format('%s@%s', rel.oid, rel.xmin)
        from pg_publication_rel rel join pg_publication pub on pub.oid = rel.prpubid
        where pub.pubname = name) parts (part)
$$;

-- The server changes no type of a column that is listed here: take the list away (alter publication … set table …), change the type and
-- list it again, in one transaction.
--
-- Only the columns that make a message, and the primary key, without which the server would refuse updates. Of a table with another
-- replica identity, all: the server asks for that.
set local onceward.outbox = :'table';
set local onceward.publication = :'publication';
set local onceward.slot = :'slot';
do $$ declare
    outbox regclass := current_setting('onceward.outbox');
    name   text     := current_setting('onceward.publication');
    wanted text     := (
      select '(' || string_agg(quote_ident(attname), ', ' order by attnum) || ')'
      from pg_attribute join pg_class on pg_class.oid = attrelid
      where attrelid = outbox and attnum > 0 and not attisdropped and relreplident = 'd'
        and (attname in ('id', 'aggregatetype', 'aggregateid', 'aggregateversion', 'type', 'payload', 'traceparent', 'causationid', 'correlationid')
             or exists (select from pg_index where indrelid = outbox and indisprimary and attnum = any (indkey))));
  begin
    if not exists (select from pg_publication where pubname = name) then
      execute format('create publication %I for table %s %s, public.relay_canary (slot, beat)
                      with (publish = ''insert, update'', publish_via_partition_root = true)', name, outbox, wanted);
      update public.relay_canary set publication = public.relay_publication_state(name) where slot = current_setting('onceward.slot');
    elsif not exists (select from pg_publication_rel rel join pg_publication pub on pub.oid = rel.prpubid
                      where pub.pubname = name and rel.prrelid = outbox) then
      raise exception 'publication % is there, and does not publish table %', name, outbox
        using hint = 'Give this outbox a publication of its own: -v publication=NAME, and relay.pipelines.….publication=NAME.';
    end if; end $$;

-- Parked messages: one that an operator has quarantined, and the messages that came behind it for its key. The names of the columns
-- say what they hold; V0_8, V0_11 and V0_12 of Onceward's library say more.
create table if not exists public.relay_parked (
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
-- The server derives the state from the other columns, also for a relay of an older version, which does not know the column.
alter table public.relay_parked add column if not exists state text not null generated always as (
    case
      when unreadable then 'UNREADABLE'
      when ended_at is not null and discarded_by is not null then 'DISCARDED'
      when ended_at is not null then 'RELEASED'
      when discarded_by is not null and release_asked_at is not null then 'DISCARD_REQUESTED'
      when discarded_by is not null then 'DISCARD_PENDING'
      when release_asked_at is not null then 'RELEASE_REQUESTED'
      when quarantined_by is not null then 'QUARANTINED'
      else 'WAITING'
    end) stored
  constraint relay_parked_fits_its_state check (
    (release_asked_by is null) = (release_asked_at is null)
    and case state
          when 'UNREADABLE' then num_nonnulls(aggregatetype, aggregateid, type, payload, release_asked_at) = 0
                                 and num_nulls(quarantined_by, discarded_by, ended_at) = 0
          when 'RELEASED' then num_nulls(aggregatetype, aggregateid, type, quarantined_by) = 0 and payload is null
          when 'DISCARDED' then num_nulls(aggregatetype, aggregateid, type) = 0
          else num_nulls(aggregatetype, aggregateid, type, payload) = 0
        end);

create index if not exists relay_parked_of_key on public.relay_parked (slot, hashtextextended(aggregateid, 0), arrival) where ended_at is null;
drop index if exists public.relay_parked_waiting;
create index if not exists relay_parked_quarantined on public.relay_parked (slot) where ended_at is null and quarantined_by is not null;
create index if not exists relay_parked_released on public.relay_parked (slot) where ended_at is null and release_asked_at is not null;
create index if not exists relay_parked_discarded on public.relay_parked (slot) where discarded_by is not null;
create index if not exists relay_parked_by_state on public.relay_parked (slot, state) where state <> 'WAITING' and state <> 'RELEASED';

-- Requests of operators to publish again what a topic lacks, as V0_21 of Onceward's library makes them.
create table if not exists public.relay_republish (
  id              bigint      generated always as identity primary key,
  slot            text        not null,
  operator        text        not null,
  reason          text,
  state           text        not null default 'COLLECTING' constraint relay_republish_state_is_known check (state in
                    ('COLLECTING', 'STARTED', 'PAUSED', 'DONE', 'CANCELLED')),
  requested_at    timestamptz not null default clock_timestamp(),
  started_at      timestamptz,
  ended_at        timestamptz,
  -- How many messages it names, and how many of them Kafka has acknowledged.
  messages        bigint      not null default 0 constraint relay_republish_is_at_most_a_million check (messages between 0 and 1000000),
  published       bigint      not null default 0,
  -- Why it is paused.
  trouble         text,
  -- The message that Kafka refuses, if that is why.
  refused_message uuid,
  constraint relay_republish_fits_its_state check (
    (state in ('DONE', 'CANCELLED')) = (ended_at is not null)
    and (state <> 'PAUSED' or trouble is not null))
);
-- One request at a time: two would publish messages of one key side by side.
create unique index if not exists relay_republish_open on public.relay_republish (slot) where state in ('COLLECTING', 'STARTED', 'PAUSED');

-- What is published is deleted, so rows are what waits and what could not be published, each with why.
create table if not exists public.relay_republish_message (
  request          bigint not null references public.relay_republish on delete cascade,
  message_id       uuid   not null,
  state            text   not null constraint relay_republish_message_state_is_known check (state in
                     ('WAITING', 'GONE', 'UNREADABLE', 'PARKED', 'DISCARDED')),
  -- The messages of a key follow each other in the order of their versions. A digest: ids of aggregates may be longer than an index
  -- can hold, and two keys that share one digest keep their order as well.
  key_digest       bigint not null,
  aggregateversion bigint not null,
  primary key (request, message_id)
);
create index if not exists relay_republish_turn on public.relay_republish_message (request, key_digest, aggregateversion, message_id) where state = 'WAITING';
create index if not exists relay_republish_unpublished on public.relay_republish_message (request, state) where state <> 'WAITING';

-- Which messages were published again, as V0_40 of Onceward's library makes it.
create table if not exists public.relay_republished (
  message_id   uuid        not null,
  request      bigint      not null references public.relay_republish on delete cascade,
  published_at timestamptz not null default clock_timestamp(),
  primary key (message_id, request)
);
create index if not exists relay_republished_of_request on public.relay_republished (request);

grant select on :table to :"relay";
grant select, update (beat, beaten_at) on public.relay_canary to :"relay";
grant select, insert, update, delete on public.relay_parked, public.relay_republish, public.relay_republish_message to :"relay";
grant insert on public.relay_republished to :"relay";
commit;

-- Not in the transaction: a slot cannot be made in one that has written. So that a standby can take over, from PostgreSQL 17 on: have it
-- follow, as the runbook's page failover.md says.
select pg_create_logical_replication_slot(:'slot', 'pgoutput')
where not exists (select from pg_replication_slots where slot_name = :'slot' and database = current_database());
