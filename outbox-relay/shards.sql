-- Has several slots publish one outbox, each the rows of a part of its aggregates: changes the number of shards from 1 to 2, 4, 8 or 16,
-- or back to 1. Run by the owner of the outbox, who needs REPLICATION for the slots, and CREATE on the database:
--
--   psql -d shop -v table=public.outbox -v slot=shop_outbox -v shards=4 -f shards.sql
--
-- slot is what relay.pipelines.….slot says, and stays so: slots are called shop_outbox_0 to shop_outbox_3 then. Likewise -v publication=NAME
-- and -v schema=NAME, where the relay's settings are not outbox and public. infra/docs/runbook/shards.md says when shards are worth it, and
-- what to do before and after.
--
-- The relay runs meanwhile, as it did. The script has the outbox refuse rows, waits until the relay has published all that was committed,
-- says when to end the relay, and then makes the new slots, drops the old ones and lets rows in again. Start the relay with its new number
-- of shards after that. So no message is lost, none comes again, and each aggregate keeps its order.
--
-- If the script ends with an error, the outbox may still refuse rows: run the script again once the cause is mended, which goes on from
-- there. Or, if it has not yet said that slots are made: begin; lock table public.outbox; drop trigger relay_shards_fence on public.outbox; commit.

\set ON_ERROR_STOP on
\if :{?publication}
\else
\set publication outbox
\endif
\if :{?schema}
\else
\set schema public
\endif
\if :{?wait}
\else
\set wait 300
\endif
set onceward.outbox = :'table';

set onceward.slot = :'slot';

set onceward.shards = :'shards';

set onceward.publication = :'publication';

set onceward.schema = :'schema';

set onceward.wait = :'wait';

-- How to go back. Locked first, for the reason that is given at the end.
do $$ begin perform set_config('onceward.lift', format('or: begin; lock table %s; drop trigger relay_shards_fence on %1$s; commit',
                                                       current_setting('onceward.outbox')), false); end $$;

-- The server shows filters as they are written here, and the relay compares that text.
do $$ begin perform set_config('onceward.hash', coalesce((
  select case format_type(atttypid, null)
      when 'text' then 'hashtext(aggregateid)'
      when 'character varying' then 'hashtext((aggregateid)::text)'
      when 'character' then 'hashbpchar(aggregateid)'
      when 'uuid' then 'uuid_hash(aggregateid)'
      when 'bigint' then 'hashint8(aggregateid)'
      when 'integer' then 'hashint4(aggregateid)'
      when 'smallint' then 'hashint2(aggregateid)'
    end
  from pg_attribute
  where attrelid = current_setting('onceward.outbox')::regclass and attname = 'aggregateid' and not attisdropped), ''), false); end $$;

-- Which slots there are to be, and which are there that will not be: as arrays.
do $$ declare done record; begin
with wanted as (
  select case when shards = 1 then slot else slot || '_' || number end as slot_name
  from (select current_setting('onceward.slot') as slot, current_setting('onceward.shards')::int as shards) setting
  cross join generate_series(0, shards - 1) number),
known as (
  select slot_name::text from pg_replication_slots
  where database = current_database() and plugin = 'pgoutput' and slot_name = current_setting('onceward.slot')
  union all
  select slot_name::text from generate_series(0, 15) number
  join pg_replication_slots on slot_name = current_setting('onceward.slot') || '_' || number
  join pg_publication_tables on pubname = current_setting('onceward.publication') || '_' || number
  where database = current_database() and plugin = 'pgoutput' and rowfilter like '%aggregateid%'
    and format('%I.%I', schemaname, tablename)::regclass = current_setting('onceward.outbox')::regclass)
select set_config('onceward.wanted', (select array_agg(slot_name)::text from wanted), false),
       set_config('onceward.old', (select coalesce(array_agg(slot_name), '{}')::text from known
                                   where slot_name not in (select slot_name from wanted)), false)
into done; end $$;

do $$ declare
    shards  int    := current_setting('onceward.shards');
    old     text[] := current_setting('onceward.old');
    wanted  text[] := current_setting('onceward.wanted');
    missing int    := (select count(*) from unnest(wanted) name where name not in (select slot_name from pg_replication_slots));
    free    int    := current_setting('max_replication_slots')::int - (select count(*) from pg_replication_slots);
    found   text;
  begin
    if shards not in (1, 2, 4, 8, 16) then
      raise exception 'shards is %; allowed: 1, 2, 4, 8, 16', shards;
    end if;
    if shards > 1 and current_setting('onceward.hash') = '' then
      raise exception 'rows of % cannot be divided by its column aggregateid', current_setting('onceward.outbox')
        using hint = 'It has to be of type text, character varying, character, uuid, bigint, integer or smallint itself, and no domain.';
    end if;
    if to_regclass(current_setting('onceward.schema') || '.relay_canary') is null then
      raise exception 'there is no table %.relay_canary', current_setting('onceward.schema')
        using hint = 'Run the migrations of the service, or standalone.sql, and have the relay publish the outbox as one shard first.';
    end if;
    -- Of another number of shards, some slots would have the names of new ones.
    select string_agg(pubname, ', ') into found
    from generate_series(0, 15) number
    join pg_replication_slots on slot_name = current_setting('onceward.slot') || '_' || number
    join pg_publication_tables on pubname = current_setting('onceward.publication') || '_' || number
    where shards > 1 and database = current_database() and rowfilter like '%aggregateid%' and rowfilter not like format('%%& %s)%%', shards - 1);
    if found is not null then
      raise exception 'the outbox has another number of shards, by publications %', found using hint = 'Change to 1 first.';
    end if;
    if old = '{}' and not exists (select from pg_replication_slots where slot_name = any (wanted)) then
      raise exception 'there is no slot %, so nothing shows that all rows of the outbox are published', current_setting('onceward.slot')
        using hint = 'Have the relay publish the outbox as one shard first.';
    end if;
    -- The old slots go last, for until then nothing else holds the log. Without this the outbox would be fenced, and then no slot made.
    if missing > free then
      raise exception 'the server has room for % more slots, and % are needed', free, missing
        using hint = format('max_replication_slots is %s. Raise it and start the server again, or drop slots that nobody reads from.',
                            current_setting('max_replication_slots'));
    end if;
    execute format('select string_agg(distinct slot, %L) from %I.relay_parked where slot = any ($1) and ended_at is null', ', ',
                   current_setting('onceward.schema')) into found using old;
    if found is not null then
      raise exception 'messages of slot % are parked', found using hint = 'Retry or discard them first: infra/onceward relay parked.';
    end if;
    execute format('select string_agg(distinct slot, %L) from %I.relay_republish where slot = any ($1) and ended_at is null', ', ',
                   current_setting('onceward.schema')) into found using old;
    if found is not null then
      raise exception 'slot % has a request to republish that is not over', found using hint = 'Let it end, or cancel it first.';
    end if;
    if to_regclass(current_setting('onceward.schema') || '.outbox_slot') is not null then
      execute format('select min(name) from %I.outbox_slot where name = any ($1)', current_setting('onceward.schema')) into found using old || wanted;
      if found is not null and not exists
           (select from pg_proc where oid = to_regprocedure(current_setting('onceward.schema') || '.outbox_slot_trouble()') and prosrc like '%string_agg%') then
        raise exception 'the retention of the outbox goes by slot % alone', found using hint = 'Run the migrations of the service up to V0_43 first.';
      end if;
    end if; end $$;

-- Before the slots: before PostgreSQL 18 a slot cannot read what was written while its publication was not there.
do $$ declare
    shards  int      := current_setting('onceward.shards');
    wanted  text[]   := current_setting('onceward.wanted');
    outbox  regclass := current_setting('onceward.outbox');
    schema  text     := current_setting('onceward.schema');
    columns text     := (
      select '(' || string_agg(quote_ident(attname), ', ' order by attnum) || ')'
      from pg_attribute join pg_class on pg_class.oid = attrelid
      where attrelid = outbox and attnum > 0 and not attisdropped and relreplident = 'd'
        and (attname in ('id', 'aggregatetype', 'aggregateid', 'aggregateversion', 'type', 'payload', 'traceparent', 'causationid', 'correlationid')
             or exists (select from pg_index where indrelid = outbox and indisprimary and attnum = any (indkey))));
    name    text;
    filter  text;
    actual  text;
  begin
    for number in 0 .. shards - 1 loop
      name := current_setting('onceward.publication') || case when shards = 1 then '' else '_' || number end;
      filter := case when shards > 1 then format('((COALESCE(%s, 0) & %s) = %s)', current_setting('onceward.hash'), shards - 1, number) end;
      execute format('insert into %I.relay_canary (slot) values ($1) on conflict do nothing', schema) using wanted[number + 1];
      if not exists (select from pg_publication where pubname = name) then
        execute format('create publication %I for table %s %s %s, %I.relay_canary (slot, beat)
                        with (publish = ''insert, update'', publish_via_partition_root = true)',
                       name, outbox, columns, 'where ' || filter, schema);
        execute format('update %I.relay_canary set publication = %1$I.relay_publication_state($1) where slot = $2', schema)
          using name, wanted[number + 1];
      else
        select coalesce(rowfilter, '') into actual from pg_publication_tables
        where pubname = name and format('%I.%I', schemaname, tablename)::regclass = outbox;
        if actual is distinct from coalesce(filter, '') then
          raise exception 'publication % is there, and does not publish the rows of % where %', name, outbox, coalesce(filter, 'true')
            using hint = 'Drop it, if no slot is read by it.';
        end if;
      end if;
    end loop; end $$;

-- The SQLState is that of a server that takes no writes for now: consumers wait, and callers are told to try again.
do $$ begin
    set local lock_timeout = '10s';
    execute format('create or replace function %I.relay_shards_fence() returns trigger language plpgsql as %L', current_setting('onceward.schema'),
                   'begin raise exception ''the outbox is fenced: its number of shards is being changed'' using errcode = ''25006''; end');
    execute format('create or replace trigger relay_shards_fence before insert on %s for each row execute function %I.relay_shards_fence()',
                   current_setting('onceward.outbox')::regclass, current_setting('onceward.schema')); end $$;

-- Making the trigger has waited for all that had inserted, so what they committed is before this place in the log.
do $$ declare
    old    text[]      := current_setting('onceward.old');
    fenced pg_lsn      := pg_current_wal_insert_lsn();
    ends   timestamptz := clock_timestamp() + make_interval(secs => current_setting('onceward.wait')::int);
    behind text;
  begin
    loop
      select string_agg(name, ', ') into behind from unnest(old) name
      where not exists (select from pg_replication_slots where slot_name = name and wal_status <> 'lost' and confirmed_flush_lsn >= fenced);
      exit when behind is null;
      if clock_timestamp() > ends then
        raise exception 'slot % has not confirmed within % s what is in the outbox', behind, current_setting('onceward.wait')
          using hint = 'See infra/onceward relay status, and run this again. The outbox refuses rows until then; ' || current_setting('onceward.lift');
      end if;
      perform pg_sleep(0.2);
    end loop;
    if old <> '{}' then
      raise notice 'All is published. End the relay now, in all of its processes.';
    end if;
    while exists (select from pg_replication_slots where slot_name = any (old) and active) loop
      if clock_timestamp() > ends then
        raise exception 'the relay still reads from slot %', old
          using hint = 'End all relays, and run this again. The outbox refuses rows until then; ' || current_setting('onceward.lift');
      end if;
      perform pg_sleep(0.2);
    end loop;
    execute format('select string_agg(distinct slot, %L) from %I.relay_parked where slot = any ($1) and ended_at is null', ', ',
                   current_setting('onceward.schema')) into behind using old;
    if behind is not null then
      raise exception 'messages of slot % are parked', behind
        using hint = 'Start the relay as it was, retry or discard them, and run this again. The outbox refuses rows until then; '
                     || current_setting('onceward.lift');
    end if; end $$;

-- In a transaction that writes nothing: else the server makes none. A new slot follows to standbys if an old one did.
do $$ declare
    wanted  text[]  := current_setting('onceward.wanted');
    old     text[]  := current_setting('onceward.old');
    follows boolean := coalesce((select bool_or((to_jsonb(slot) ->> 'failover')::boolean) from pg_replication_slots slot where slot_name = any (old)), false);
    name    text;
  begin
    foreach name in array wanted loop
      if not exists (select from pg_replication_slots where slot_name = name and database = current_database()) then
        execute format('select pg_create_logical_replication_slot(%L, ''pgoutput''%s)', name, case when follows then ', failover => true' end);
      end if;
    end loop;
    raise notice 'Slots % are made.', wanted; end $$;

-- The retention of Onceward's outbox keeps a day until all of these have confirmed it.
do $$ declare
    schema  text    := current_setting('onceward.schema');
    wanted  text[]  := current_setting('onceward.wanted');
    old     text[]  := current_setting('onceward.old');
    is_here boolean := false;
  begin
    if to_regclass(schema || '.outbox_slot') is not null then
      execute format('select exists (select from %I.outbox_slot where name = any ($1))', schema) into is_here using old || wanted;
    end if;
    if is_here then
      execute format('delete from %I.outbox_slot', schema);
      execute format('insert into %I.outbox_slot select unnest($1)', schema) using wanted;
    end if; end $$;

-- A relay that stands by may have taken one meanwhile, for a moment or until it is ended.
do $$ declare
    old  text[]      := current_setting('onceward.old');
    ends timestamptz := clock_timestamp() + make_interval(secs => current_setting('onceward.wait')::int);
    name text;
  begin
    foreach name in array old loop
      loop
        begin
          perform pg_drop_replication_slot(name);
          exit;
        exception
          when object_in_use then
            if clock_timestamp() > ends then
              raise exception 'a relay still reads from slot %', name using hint = 'End all relays, and run this again. The outbox refuses rows until then.';
            end if;
            perform pg_sleep(0.2);
        end;
      end loop;
    end loop; end $$;

-- At once, also while somebody reads the outbox for long, as a dump does: dropping the trigger has to wait for that.
do $$ begin
    execute format('create or replace function %I.relay_shards_fence() returns trigger language plpgsql as %L', current_setting('onceward.schema'),
                   'begin return new; end');
    raise notice 'The outbox takes rows. Start the relay with relay.pipelines.….shards=%.', current_setting('onceward.shards'); end $$;

-- The outbox is locked before its partitions, as those who insert lock them. Dropping the trigger alone locks the partitions first, and can
-- end in a deadlock with them.
do $$ declare
    outbox regclass := current_setting('onceward.outbox');
  begin
    set local lock_timeout = '2s';
    execute format('lock table %s in access exclusive mode', outbox);
    execute format('drop trigger if exists relay_shards_fence on %s', outbox);
    execute format('drop function if exists %I.relay_shards_fence()', current_setting('onceward.schema'));
  exception
    when lock_not_available then
      raise warning 'trigger relay_shards_fence is still there: somebody has used the outbox for over 2 s'
        using hint = format('It lets all rows in, and does no harm. When that has ended: begin; lock table %s; drop trigger relay_shards_fence on %1$s; '
                            'drop function %I.relay_shards_fence(); commit;', outbox, current_setting('onceward.schema')); end $$;
