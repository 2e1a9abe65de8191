-- A consumer also stops if its database was restored from an earlier time: Kafka then lets it go on behind records of which the database knows
-- nothing. The columns from_offset and until_offset name these records; they are still in Kafka, and an accept has them handled.
alter table lost_records
  drop constraint lost_records_cause_is_known,
  add constraint lost_records_cause_is_known check (cause in
    ('records-deleted', 'log-cut', 'topic-replaced', 'database-rewound'));
