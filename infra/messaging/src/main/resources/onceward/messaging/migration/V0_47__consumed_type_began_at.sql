-- When the consumer noted for the first time that it handles the type: what its topic had deleted by then was never to be handled.
-- Null for types that were noted before this column was there. So the default comes in a statement of its own.
alter table consumed_type add column began_at timestamptz;
alter table consumed_type alter column began_at set default now();
