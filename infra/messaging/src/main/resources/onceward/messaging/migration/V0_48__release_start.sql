-- The message that a process has begun to release, so that a message that kills the process is noticed. The row goes when the attempt
-- ends: a row that is left behind tells of a process that ended.
create table release_start (
  consumer        text    not null,
  topic           text    not null,
  kafka_partition int     not null,
  kafka_offset    bigint  not null,
  starts          int     not null,
  primary key (consumer, topic, kafka_partition, kafka_offset)
);

grant insert, select, update, delete on release_start to "${service}";
