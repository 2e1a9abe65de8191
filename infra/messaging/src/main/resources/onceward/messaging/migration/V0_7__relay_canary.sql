-- The relay's canary: it moves this row every few seconds, and must see the change come back through the log. So it notices
-- a stall that nothing else shows, and the slot goes on while the outbox is silent and other tables are written.
--
-- A beat above zero also says that this slot has been relayed from before: if the relay then finds nothing written down of
-- how far it came, that was lost, and it stops.
create table relay_canary (
  slot        text        primary key,
  beat        bigint      not null default 0,
  beaten_at   timestamptz not null default now(),
  publication text
);

insert into relay_canary (slot) values ('${slot}');

-- Updates of the canary. There are none of the outbox: its trigger refuses them.
alter publication outbox set (publish = 'insert, update');
alter publication outbox add table relay_canary (slot, beat);

-- Which rows of the catalogue make up a publication, each by who wrote it: whatever is done to the publication changes this.
-- What is appended while a publication does not tell of the outbox is passed over for good, also once it is mended: the
-- decoder goes by the publication of that time. So the relay stops when this has changed.
create function relay_publication_state(name text) returns text stable language sql as $$
  select string_agg(part, ' ' order by part)
  from (select format('%s@%s', oid, xmin) from pg_publication where pubname = name
        union all
        select format('%s@%s', rel.oid, rel.xmin)
        from pg_publication_rel rel join pg_publication pub on pub.oid = rel.prpubid
        where pub.pubname = name) parts (part)
$$;

-- Unless a migration changed it, without a moment in which it lacked anything. Such a migration ends with this statement.
update relay_canary set publication = relay_publication_state('outbox');

-- The service may not: a beat that goes back would hide a loss.
grant select, update (beat, beaten_at) on relay_canary to "${relay}";
