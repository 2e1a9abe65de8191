-- One row per account this service has heard of. A REJECTED or REMOVED row is a tombstone: it holds no personal data
-- and keeps a request that arrives late, or again, from making a profile.
create table profile (
  account_id uuid        primary key,
  status     text        not null constraint profile_status_is_known check (status in ('CREATED', 'REJECTED', 'REMOVED')),
  name       text,
  email      text,
  phone      text,
  version    bigint      not null,
  changed_at timestamptz not null default now(),
  constraint profile_is_complete_or_empty check (
    case status when 'CREATED' then num_nulls(name, email, phone) = 0 else num_nonnulls(name, email, phone) = 0 end)
);

create unique index profile_email_is_unique on profile (email);
create unique index profile_phone_is_unique on profile (phone);

grant insert, select, update on profile to "${service}";
