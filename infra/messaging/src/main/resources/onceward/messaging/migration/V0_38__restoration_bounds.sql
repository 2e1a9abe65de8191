-- Whether an operator gives up what the records said that a topic no longer has at its beginning.
alter table replay add column without_beginning boolean not null default false;

-- What was lost is a range of one topic, not everything before an offset of any topic of that name.
alter table outbox_lost
  -- Null if an older version has noted the row.
  add column topic_id    uuid,
  add column from_offset bigint not null default 0,
  -- Behind the last record of which the step that reads the own topic has found a row here.
  add column rows_until  bigint not null default 0;
