-- Times in which the service gets its data back from topics. At most one has not ended: the present one, whose steps count.
create table restoration (
  began_at timestamptz not null default now() primary key,
  ended_at timestamptz
);
create unique index restoration_one_at_a_time on restoration ((ended_at is null)) where ended_at is null;

-- Records of the service's own topic before these offsets were published from an outbox that is lost: a comparison finds no rows of them here.
-- Messages that were appended after noted_at have rows.
create table outbox_lost (
  topic           text   not null,
  kafka_partition int    not null,
  before_offset   bigint not null,
  noted_at        timestamptz not null default now(),
  primary key (topic, kafka_partition)
);

grant insert, select, update on restoration, outbox_lost to "${service}";

alter table replay drop constraint replay_mode_is_known;
alter table replay add constraint replay_mode_is_known check (mode in ('repair', 'force', 'rebuild', 'restore'));
