-- The ground: people, sessions, journal, outbox, idempotency.
-- One set of migrations serves both engines. PostgreSQL's own type names are used, so that a DBA's tools work;
-- SQLite stores by affinity (instants as microseconds, dates and JSON as text).

create table account (
    id text primary key,
    mail text not null unique,
    name text not null,
    password_hash text,
    created_at timestamptz not null,
    -- An ID that was replaced or closed can't sign in; its history stays.
    disabled_at timestamptz,
    version bigint not null default 1
);

-- One person, many hats. Scope kinds: application, venue, prefecture, municipality, wholesaler, federation, nation.
create table membership (
    id text primary key,
    account_id text not null references account (id),
    role text not null,
    scope_kind text not null,
    scope_id text not null,
    -- The four permissions of the ministry, comma separated.
    permissions text not null default '',
    created_at timestamptz not null,
    ended_at timestamptz
);
create index membership_account on membership (account_id);
create index membership_scope on membership (scope_kind, scope_id);

-- A session belongs to an account, or to somebody who fills in one application without an account yet.
create table session (
    id text primary key, -- digest of the cookie's secret
    account_id text references account (id),
    application_id text,
    created_at timestamptz not null,
    seen_at timestamptz not null,
    agent text not null
);

-- Activation links: 24 hours, once. The secret itself is only in the mail.
create table invitation (
    id text primary key, -- digest of the link's secret
    mail text not null,
    name text not null,
    role text not null,
    scope_kind text not null,
    scope_id text not null,
    -- The membership that stops at this invitation's first use (a contact's mail address was changed).
    replaces text references membership (id),
    created_at timestamptz not null,
    expires_at timestamptz not null,
    used_at timestamptz
);
create index invitation_scope on invitation (scope_kind, scope_id);

-- Idempotency keys of forms that write: the second submission shows what the first one did.
create table submission (
    id text primary key,
    location text not null,
    at timestamptz not null
);

create table journal (
    record_kind text not null,
    record_id text not null,
    number bigint not null,
    at timestamptz not null,
    account text not null,
    name text not null,
    membership text not null,
    role text not null,
    act text not null,
    before jsonb not null,
    after jsonb not null,
    reason text,
    previous text not null,
    hash text not null,
    primary key (record_kind, record_id, number)
);
create index journal_at on journal (at);

create table mail (
    id text primary key,
    recipient text not null,
    subject text not null,
    body text not null,
    about_kind text not null,
    about_id text not null,
    made_at timestamptz not null,
    attempts bigint not null,
    run_at timestamptz not null,
    taken_by text,
    taken_until timestamptz,
    sent_at timestamptz,
    last_error text
);
create index mail_waiting on mail (run_at) where sent_at is null;
create index mail_made on mail (made_at);

-- Official numbers, given once and never again: one row a series.
create table series (
    name text primary key,
    last bigint not null
);
