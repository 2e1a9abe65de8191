-- An account is also the state of its sign-up saga, and while PENDING its semantic lock: the login id is taken, and
-- nothing but the saga may change the row.
create table account (
  id            uuid        primary key default uuidv7(),
  login_id      text        not null,
  password_hash text        not null,
  status        text        not null constraint account_status_is_known check (status in ('PENDING', 'ACTIVE', 'REJECTED')),
  reason        text,
  version       bigint      not null default 1,
  registered_at timestamptz not null default now(),
  deadline      timestamptz,
  constraint account_pending_has_a_deadline check ((status = 'PENDING') = (deadline is not null)),
  constraint account_rejected_has_a_reason check ((status = 'REJECTED') = (reason is not null))
);

-- A rejected sign-up gives its login id back.
create unique index account_login_id_is_unique on account (lower(login_id)) where status in ('PENDING', 'ACTIVE');
create index account_overdue on account (deadline) where status = 'PENDING';

grant insert, select, update on account to "${service}";
