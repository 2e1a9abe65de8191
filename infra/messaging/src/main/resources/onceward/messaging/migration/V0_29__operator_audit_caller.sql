-- What the service knows of an operator for certain, beside the name that the operator gives. Null in entries of a version before.
alter table operator_audit add column role text check (role in ('reader', 'operator'));
alter table operator_audit add column address text;
