-- Which generation of each read model answers, and which one is being filled. A service adds a row for each of its read models in a
-- migration of its own. Live writers hold a shared advisory lock on the name while they write; whoever begins a rebuild takes it alone.
create table read_model (
  name     text primary key,
  live     int  not null default 1 constraint read_model_live_is_known check (live in (1, 2)),
  building int  constraint read_model_building_is_the_other check (building in (1, 2) and building <> live),
  -- The replay that fills the generation that is built.
  replay   uuid,
  live_since timestamptz not null default now(),
  constraint read_model_is_built_by_a_replay check (num_nulls(building, replay) in (0, 2))
);

grant select, update (live, building, replay, live_since) on read_model to "${service}";

alter table replay drop constraint replay_mode_is_known;
alter table replay add constraint replay_mode_is_known check (mode in ('repair', 'force', 'rebuild'));
