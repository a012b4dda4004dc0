-- The ministry's and the wholesaler's desk: runs with conditions, stages and shares as rows.
-- Only additions: nodes of the version before go on working beside the new ones.

-- queued, working, tried, refused, cancelled, approved, carried_out
alter table allocation_run add column state text not null default 'tried';
-- What the officer chose (rules::allocation::Choices) with the rule set it began with; empty for runs of the version before.
alter table allocation_run add column conditions jsonb;
alter table allocation_run add column stage bigint not null default 0;
alter table allocation_run add column done bigint not null default 0;
alter table allocation_run add column total bigint not null default 0;
-- SHA-256 over the whole proposal: what a replay must give again.
alter table allocation_run add column digest text not null default '';
-- What pages show without reading all shares: warnings, what is left and why, quotas, fill rates, by prefecture, largest cuts.
alter table allocation_run add column summary jsonb;
alter table allocation_run add column trouble text;
-- How far the amounts are carried out, in order of venue.
alter table allocation_run add column carried_to text not null default '';
alter table allocation_run add column carried_out_at timestamptz;
update allocation_run set state = 'carried_out', carried_out_at = approved_at where approved_at is not null;

-- One row a venue of a run: what went in, what came out, and why.
create table allocation_share (
    run_id text not null references allocation_run (id),
    venue_id text not null references venue (id),
    prefecture text not null,
    input jsonb not null, -- rules::allocation::Requester
    requested bigint not null,
    allocated bigint not null,
    needle_boxes bigint not null,
    -- The area's wholesaler on the day of the trial.
    wholesaler text not null,
    parts jsonb not null,
    sentence text not null,
    sentence_en text not null,
    primary key (run_id, venue_id)
);

-- The wholesaler's record of a delivery, beside the venue's receipt.
alter table shipment add column delivered_at timestamptz;
alter table shipment add column delivered_boxes bigint;
alter table shipment add column delivered_note text;
-- A wholesaler's list is read in this order, whole or only what has no date yet; its calendar by date.
create index shipment_desk on shipment (wholesaler, delivery_week, id);
create index shipment_undated on shipment (wholesaler, delivery_week, id) where date is null;
-- The venue's prefecture, so that a wholesaler's areas and days are read from one index.
alter table shipment add column prefecture text not null default '';
update shipment set prefecture = (select v.prefecture from venue v where v.id = shipment.venue_id);
create index shipment_day on shipment (wholesaler, date, prefecture, boxes, shipped_at);
create index shipment_week on shipment (wholesaler, delivery_week, date);

-- What came in as a file or by pasting: checked, then applied, then perhaps taken back.
create table import (
    id text primary key,
    kind text not null,
    -- Whose it is: the organisation's, so that colleagues see it.
    scope text not null,
    account text not null,
    name text not null,
    file_name text not null,
    file_digest text not null,
    content jsonb not null, -- features::house::table::Table
    status text not null,   -- checked, applied, undone
    made_at timestamptz not null,
    applied_at timestamptz,
    counts jsonb,
    undo jsonb,
    version bigint not null default 1
);
create index import_scope on import (kind, scope, made_at);

-- Keys of other systems. The secret itself is shown once.
create table api_token (
    id text primary key, -- digest of the secret
    account_id text not null references account (id),
    membership_id text not null references membership (id),
    label text not null,
    created_at timestamptz not null,
    expires_at timestamptz not null,
    used_at timestamptz,
    revoked_at timestamptz
);
create index api_token_membership on api_token (membership_id);
-- The answer that an idempotency key gave.
alter table submission add column answer text;

-- Changes of masters. The data files are the beginning; what is in force on a day is the beginning and every approved change
-- whose day has come, in the order of their approval.
create table master_change (
    id text primary key,
    master text not null,
    key text not null,
    valid_from date not null,
    -- The row as the editor shows it; empty where the row ends.
    value jsonb,
    before jsonb,
    reason text not null,
    -- Proposals that came together.
    batch text not null,
    proposed_at timestamptz not null,
    proposed_by text not null,
    proposed_by_name text not null,
    decided_at timestamptz,
    decided_by text,
    decided_by_name text,
    -- Order of approval; empty while it waits and where it was turned down.
    number bigint unique,
    turned_down boolean not null default false
);
create index master_change_master on master_change (master, key);
create index master_change_waiting on master_change (master, proposed_at) where decided_at is null;

-- The review desk. Which flags a registration has, for filters: `,over_storage,doctor_missing,`
alter table plan_registration add column flag_keys text not null default ',';
alter table plan_registration add column assigned_to text;
alter table plan_registration add column assigned_name text;
alter table plan_registration add column assigned_at timestamptz;
-- The queue is read in this order, and the burn-up counts by time.
create index plan_registration_queue on plan_registration (review, at, venue_id) where latest;
create index plan_registration_at on plan_registration (at);

-- What one authority says to another about a record: the prefecture's first look.
create table remark (
    id text primary key,
    record_kind text not null, -- plan or application
    record_id text not null,   -- venue or application
    -- Of a plan: the registration that was looked at.
    number bigint not null,
    scope_kind text not null,
    scope_id text not null,
    account text not null,
    name text not null,
    concern boolean not null,
    text text not null,
    at timestamptz not null
);
create index remark_record on remark (record_kind, record_id, at);

-- Figures of the country, made by a job: a page shows them with the instant at which they held.
create table figure (
    name text primary key,
    at timestamptz not null,
    data jsonb not null
);
