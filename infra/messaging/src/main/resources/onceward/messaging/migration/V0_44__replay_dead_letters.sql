-- Whether what fails for good in a repair becomes a dead letter, because an operator asked for that.
alter table replay add column dead_letters boolean not null default false;
