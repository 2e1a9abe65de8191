-- The directory has two tables: one answers, and a rebuild fills the other one from the topic. The row in read_model says which is which.
create table directory_entry_2 (like directory_entry including all);

insert into read_model (name) values ('directory');

-- The live table. Both the row and the table are read in one statement, so an answer never mixes two generations; the condition on
-- the row is checked once, and the table that is not live is not read at all.
create view directory as
select account_id, version, name, search_name from directory_entry
where (select live from read_model where read_model.name = 'directory') = 1
union all
select account_id, version, name, search_name from directory_entry_2
where (select live from read_model where read_model.name = 'directory') = 2;

grant insert, select, update, truncate on directory_entry, directory_entry_2 to "${service}";
grant select on directory to "${service}";
