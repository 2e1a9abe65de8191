-- The pages of open letters. By the primary key, every letter that was ever closed would be read before the first open one.
create index dead_letter_open_by_id on dead_letter (id) where state = 'open';
