-- What happened can be proved: sealed chains, jobs with leases, dead letters, step-up, stand-ins, forms that outlive a session.
-- Only additions: nodes of the version before go on working beside the new ones.

-- Which seal covers a row; empty until the next seal. Not part of the row's hash.
alter table journal add column sealed_in bigint;
create index journal_unsealed on journal (record_kind, record_id, number) where sealed_in is null;

-- Lists of a nation's size are read in the order in which they are shown.
create index journal_order on journal (at, record_kind, record_id, number);
drop index journal_at;
create index journal_record on journal (record_id);
-- With everything that a list shows, so that the wide rows themselves aren't read.
create index venue_name on venue (name, id, code, municipality, expected_doses);
create index venue_prefecture_name on venue (prefecture, name, id, code, municipality, expected_doses);

-- A seal: the root of a hash tree over the heads of all chains that moved since the seal before; the seals are a chain themselves.
create table seal (
    number bigint primary key,
    at timestamptz not null,
    leaves bigint not null,
    covered bigint not null, -- rows of the journal
    root text not null,
    previous text not null,
    hash text not null
);
create table seal_leaf (
    seal bigint not null references seal (number),
    position bigint not null,
    record_kind text not null,
    record_id text not null,
    number bigint not null,
    hash text not null,
    primary key (seal, position)
);
create index seal_leaf_chain on seal_leaf (record_kind, record_id, seal);

-- Work beside the pages: taken by one node at a time, under a lease.
create table job (
    id text primary key,
    kind text not null,
    -- One job a kind and slot, whoever asks first; empty for work that comes again and again.
    slot text not null,
    made_at timestamptz not null,
    run_at timestamptz not null,
    attempts bigint not null default 0,
    taken_by text,
    taken_until timestamptz,
    done bigint not null default 0,
    total bigint not null default 0,
    finished_at timestamptz,
    dead_at timestamptz,
    last_error text,
    unique (kind, slot)
);

-- A mail that won't be tried again by itself.
alter table mail add column dead_at timestamptz;
create index mail_dead on mail (made_at) where dead_at is not null;

-- The last time this session showed who it is (step-up), and where it was opened from.
alter table session add column proved_at timestamptz;
alter table session add column address text not null default '';

-- A stand-in's hat ends by itself; an invitation carries what the hat will have.
alter table membership add column expires_at timestamptz;
alter table invitation add column permissions text not null default '';
alter table invitation add column hat_expires_at timestamptz;

-- What somebody was typing when the session ended, for the same person after the next sign-in.
create table kept_form (
    id text primary key,
    account_id text not null references account (id),
    path text not null,
    fields jsonb not null,
    at timestamptz not null
);
