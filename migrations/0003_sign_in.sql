-- Failed sign-ins, by account name and by address: what makes the next try wait. Never a permanent lock.
create table login_failure (
    id text primary key, -- mail:… or address:…
    failures bigint not null,
    last_at timestamptz not null
);
