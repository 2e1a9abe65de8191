-- The relay's canary: it moves this row every few seconds, and must see the change come back through the log. So it notices
-- a stall that nothing else shows, and the slot goes on while the outbox is silent and other tables are written.
--
-- A beat above zero also says that this slot has been relayed from before: if the relay then finds nothing written down of
-- how far it came, that was lost, and it stops.
create table relay_canary (
  slot      text        primary key,
  beat      bigint      not null default 0,
  beaten_at timestamptz not null default now()
);

insert into relay_canary (slot) values ('${slot}');

-- The service may not: a beat that goes back would hide a loss.
grant select, update (beat, beaten_at) on relay_canary to "${relay}";

-- Updates of the canary. There are none of the outbox: its trigger refuses them.
alter publication outbox set (publish = 'insert, update');
alter publication outbox add table relay_canary (slot, beat);
