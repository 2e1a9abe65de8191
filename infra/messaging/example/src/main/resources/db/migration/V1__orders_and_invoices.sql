-- The migrator owns the tables; the service may do with them what it does, and no more.

create table orders (
  id      uuid primary key,
  price   bigint not null,                -- in cents
  version bigint not null,                -- of the last change that was told in the outbox
  shipped boolean not null default false
);
grant select, insert, update on orders to ${service};

-- Billing's own: no foreign key to orders, which might as well live in another database.
create table invoices (
  order_id uuid primary key,
  amount   bigint not null check (amount >= 0), -- in cents
  due      boolean not null default false
);
grant select, insert, update on invoices to ${service};
