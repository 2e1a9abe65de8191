-- A profile that was created and whose personal data is not here yet: the database was lost, and the topics bring its rows back in two steps.
alter table profile drop constraint profile_status_is_known;
alter table profile add constraint profile_status_is_known check (status in ('CREATED', 'REJECTED', 'REMOVED', 'INCOMPLETE'));
alter table profile drop constraint profile_listed_exists;
alter table profile add constraint profile_listed_exists check (status in ('CREATED', 'INCOMPLETE') or not listed);
