-- Whether the person wants to be found by name.
alter table profile add column listed boolean not null default false;
alter table profile add constraint profile_listed_exists check (status = 'CREATED' or not listed);

-- People who want to be found, as the messages about profiles say: a read model, which can be filled anew from the topic. A row without
-- a name is nobody to be found; it keeps the version of the last message, so that an older one cannot bring the name back.
-- search_name is the name as it is compared; the collation makes the beginning of a name a range of the index.
create table directory_entry (
  account_id  uuid   primary key,
  version     bigint not null,
  name        text,
  search_name text   collate "C",
  constraint directory_entry_has_both_names_or_none check (num_nulls(name, search_name) in (0, 2))
);

create index directory_entry_by_name on directory_entry (search_name, account_id) where name is not null;

grant insert, select, update on directory_entry to "${service}";
