-- The second factor (TOTP), its recovery codes, and which sessions have shown it.
create table second_factor (
    account_id text primary key references account (id),
    secret text not null, -- base32
    made_at timestamptz not null,
    confirmed_at timestamptz,
    -- The time step of the last code that was taken: no code works twice.
    last_step bigint not null default 0
);
create table recovery_code (
    id text primary key, -- digest of the code
    account_id text not null references account (id),
    used_at timestamptz
);
create index recovery_code_account on recovery_code (account_id);
alter table session add column factor_at timestamptz;
