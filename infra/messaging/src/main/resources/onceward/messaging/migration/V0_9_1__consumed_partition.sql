-- What a consumer remembers of a partition, beside the offset that it commits to Kafka: Kafka forgets that offset when the
-- group is away for long or the topic is deleted. A consumer that found no offset could not tell its first start from a
-- start behind records that are gone.
create table consumed_partition (
  consumer        text        not null,
  topic           text        not null,
  kafka_partition int         not null,
  -- Kafka's id of the topic: one that is deleted and created anew has another. Null where only delivery_start knew.
  topic_id        uuid,
  -- Every record before this one has been delivered. Written every few seconds, so it may lag behind.
  next_offset     bigint      not null,
  noted_at        timestamptz not null default now(),
  primary key (consumer, topic, kafka_partition)
);

-- Where a consumer began after its last start is not beyond what it has delivered.
insert into consumed_partition (consumer, topic, kafka_partition, next_offset)
select consumer, topic, kafka_partition, kafka_offset from delivery_start;

-- Partitions that a consumer does not read because records of theirs are gone from Kafka, until an operator accepts that.
-- Rows stay, as a record of what was lost and when that was accepted.
create table lost_records (
  id              bigint      generated always as identity primary key,
  consumer        text        not null,
  topic           text        not null,
  kafka_partition int         not null,
  cause           text        not null constraint lost_records_cause_is_known check (cause in
                    ('records-deleted', 'log-cut', 'topic-replaced')),
  -- The first offset that is gone, and the one behind the last; null if nobody can tell.
  from_offset     bigint      not null,
  until_offset    bigint,
  noticed_at      timestamptz not null default now(),
  accepted_at     timestamptz,
  -- When and where the consumer went on.
  resumed_at      timestamptz,
  resumed_offset  bigint
);
create unique index lost_records_stopped on lost_records (consumer, topic, kafka_partition) where resumed_at is null;

grant insert, select, update on consumed_partition, lost_records to "${service}";
