-- The way of a dose, in the order of the work.

create table application (
    id text primary key,
    number text not null unique,
    programme text not null,
    -- rules::application::State, and its key for lists.
    state jsonb not null,
    status text not null,
    answers jsonb not null,
    starter_mail text not null,
    prefecture text not null default '',
    created_at timestamptz not null,
    submitted_at timestamptz,
    venue_id text,
    version bigint not null default 1
);
create index application_status on application (status, submitted_at);

create table venue (
    id text primary key,
    code text not null unique, -- ten digits
    surrogate boolean not null,
    programme text not null,
    application_id text references application (id),
    name text not null,
    prefecture text not null,   -- two digits
    municipality text not null, -- six digits
    answers jsonb not null,
    expected_doses bigint not null,
    created_at timestamptz not null,
    version bigint not null default 1
);
create index venue_municipality on venue (municipality);
create index venue_prefecture on venue (prefecture);

-- 担当者: who is responsible, and through whom an ID is issued.
create table contact (
    id text primary key,
    venue_id text not null references venue (id),
    role text not null, -- organizer or institution
    department text not null,
    name text not null,
    phone text not null,
    mail text not null,
    left_at timestamptz,
    version bigint not null default 1
);
create index contact_venue on contact (venue_id);

create table doctor (
    id text primary key,
    venue_id text not null references venue (id),
    name text not null,
    reading text not null,
    phone text not null,
    mail text not null,
    products jsonb not null,
    removed_at timestamptz,
    version bigint not null default 1
);
create index doctor_venue on doctor (venue_id);

create table letter (
    id text primary key,
    number text not null unique,
    venue_id text not null references venue (id),
    municipality text not null,
    content jsonb not null,
    made_at timestamptz not null,
    downloaded_at timestamptz,
    received_at timestamptz,
    received_by text,
    sent_back text,
    version bigint not null default 1
);
create index letter_venue on letter (venue_id);
create index letter_municipality on letter (municipality);

-- Every registration of a plan is a numbered version; the latest is the plan.
create table plan_registration (
    venue_id text not null references venue (id),
    number bigint not null,
    receipt text not null unique,
    at timestamptz not null,
    account text not null,
    name text not null,
    total_doses bigint not null,
    reason text,
    flags jsonb not null,
    review text not null,
    review_reason text,
    reviewed_at timestamptz,
    reviewer text,
    -- The latest registration of a venue: exactly one row a venue.
    latest boolean not null,
    version bigint not null default 1,
    primary key (venue_id, number)
);
create index plan_registration_review on plan_registration (review, latest);

create table plan_line (
    venue_id text not null,
    number bigint not null,
    cycle bigint not null,
    boxes bigint not null,
    needle_correction bigint,
    primary key (venue_id, number, cycle),
    foreign key (venue_id, number) references plan_registration (venue_id, number)
);
create index plan_line_cycle on plan_line (cycle);

create table plan_draft (
    venue_id text primary key references venue (id),
    lines jsonb not null,
    reason text,
    -- The registration on which the draft was begun.
    base bigint not null,
    at timestamptz not null,
    account text not null,
    name text not null,
    -- Registered by itself when entry opens again.
    register_on_opening boolean not null,
    version bigint not null default 1
);

create table allocation_run (
    id text primary key,
    programme text not null,
    cycle bigint not null,
    supply bigint not null,
    note text not null,
    cut_off timestamptz not null,
    proposal jsonb not null,
    fingerprint text not null,
    requested bigint not null,
    allocated bigint not null,
    made_at timestamptz not null,
    made_by text not null,
    made_by_name text not null,
    approved_at timestamptz,
    approved_by text,
    approved_by_name text,
    version bigint not null default 1
);
create index allocation_run_cycle on allocation_run (programme, cycle);

-- 分配量確定済: one row a venue and cycle, never changed again.
create table allocation (
    venue_id text not null references venue (id),
    cycle bigint not null,
    run_id text not null references allocation_run (id),
    requested bigint not null,
    boxes bigint not null,
    needle_boxes bigint not null,
    explanation text not null,
    fixed_at timestamptz not null,
    primary key (venue_id, cycle)
);
create index allocation_run_id on allocation (run_id);

create table shipment (
    id text primary key,
    venue_id text not null references venue (id),
    cycle bigint not null,
    wholesaler text not null,
    boxes bigint not null,
    needle_boxes bigint not null,
    delivery_week date not null,
    date date,
    band text,
    changes bigint not null default 0,
    shipped_at timestamptz,
    received_at timestamptz,
    received_boxes bigint,
    received_needle_boxes bigint,
    receipt_note text,
    version bigint not null default 1,
    unique (venue_id, cycle)
);
create index shipment_wholesaler on shipment (wholesaler, delivery_week);

-- Entries, not totals: a total is a sum.
create table result_entry (
    id text primary key,
    venue_id text not null references venue (id),
    report text not null,
    series text not null,
    as_of date not null,
    increase bigint not null,
    reason text,
    at timestamptz not null,
    account text not null,
    name text not null
);
create index result_entry_venue on result_entry (venue_id, series);

create table claim (
    venue_id text not null references venue (id),
    service_month text not null,
    id text not null unique,
    -- Municipality rows in the order of the paper: [{municipality, counts}].
    rows jsonb not null,
    facility_class text not null,
    federation text not null, -- prefecture code
    status text not null,     -- draft or submitted
    count bigint not null,
    amount bigint not null,
    submitted_at timestamptz,
    receipt text,
    submitted_by text,
    version bigint not null default 1,
    primary key (venue_id, service_month)
);
create index claim_federation on claim (federation, status);

-- What a membership can see: joined by every query of scoped records. Out of reach is 404.
create view visible_venue (scope_kind, scope_id, venue_id) as
    select 'venue', id, id from venue
    union all select 'municipality', municipality, id from venue
    union all select 'prefecture', prefecture, id from venue
    union all select 'nation', 'jp', id from venue
    union all select distinct 'wholesaler', wholesaler, venue_id from shipment
    union all select distinct 'federation', federation, venue_id from claim where status = 'submitted';

create view visible_application (scope_kind, scope_id, application_id) as
    select 'application', id, id from application
    union all select 'venue', venue_id, id from application where venue_id is not null
    union all select 'prefecture', prefecture, id from application where status not in ('draft')
    union all select 'nation', 'jp', id from application where status not in ('draft');
