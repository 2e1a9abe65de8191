-- Dead letters by cause: an operator who finds ten thousand letters sees the few causes that they have.
alter table dead_letter
  -- The class of the exception; null where an older version of the library wrote the letter, whose reason counts then.
  add column exception_class text,
  -- How often in a row the letter has failed with its stack_digest. An older version does not count further attempts.
  add column failures_in_row int not null default 1,
  -- One word for consumer, exception and place, by which operators name a group. Letters of older versions have one too.
  add column group_id text not null generated always as (
    left(encode(messaging_key_digest(consumer || ' ' || coalesce(exception_class, reason) || ' ' || stack_digest), 'hex'), 12)) stored;

create index dead_letter_open_by_group on dead_letter (group_id, id) where state = 'open';
-- What became of the letters of a group.
create index dead_letter_by_group on dead_letter (group_id, state);
