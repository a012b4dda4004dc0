-- The rest of the briefing's words: booking status, slots and bookings, stock and lots, transfers, person-level records, completion,
-- decisions on claims, the electronic letter, notes, inquiries, saved reports, notifications.
-- Only additions: nodes of the version before go on working beside the new ones.

-- 予約の受付情報 and whether the venue wants to be found. Its history is the venue's journal.
create table venue_public (
    venue_id text primary key references venue (id),
    status text not null,
    note text not null,
    published boolean not null,
    phone text not null,
    url text not null,
    prefecture text not null,
    municipality text not null,
    changed_at timestamptz not null,
    changed_by text not null,
    version bigint not null default 1
);
create index venue_public_place on venue_public (prefecture, municipality) where published;

-- 予約枠 and 接種予約. `booked` counts, so that a place can't be given twice.
create table slot (
    id text primary key,
    venue_id text not null references venue (id),
    day date not null,
    begins text not null, -- HH:MM
    ends text not null,
    capacity bigint not null,
    booked bigint not null default 0,
    closed_at timestamptz,
    version bigint not null default 1,
    unique (venue_id, day, begins)
);
create table booking (
    id text primary key, -- also the link's secret
    number text not null unique,
    slot_id text not null references slot (id),
    venue_id text not null references venue (id),
    name text not null,
    reading text not null,
    mail text not null,
    phone text not null,
    made_at timestamptz not null,
    cancelled_at timestamptz,
    version bigint not null default 1
);
create index booking_slot on booking (slot_id);
create index booking_number on booking (number, mail);

-- ロット: of the programme's product; a recall stops it everywhere.
create table lot (
    product text not null,
    number text not null,
    expiry date not null,
    gtin text not null default '',
    recalled_at timestamptz,
    recall_reason text,
    version bigint not null default 1,
    primary key (product, number)
);

-- The ledger of vials: stock is its sum.
create table stock_entry (
    id text primary key,
    venue_id text not null references venue (id),
    lot text not null, -- empty where nobody knows it
    kind text not null,
    vials bigint not null,
    reason text not null default '',
    day date not null,
    transfer_id text,
    shipment_id text,
    at timestamptz not null,
    account text not null,
    name text not null
);
create index stock_entry_venue on stock_entry (venue_id, lot);
create index stock_entry_lot on stock_entry (lot, venue_id);

-- 融通: given by one venue, taken by another, confirmed by both.
create table transfer (
    id text primary key,
    number text not null unique,
    from_venue text not null references venue (id),
    to_venue text not null references venue (id),
    lot text not null,
    vials bigint not null,
    temperature text not null,
    taken_out_at timestamptz not null,
    note text not null,
    offered_at timestamptz not null,
    offered_by text not null,
    answered_at timestamptz,
    answered_by text,
    accepted_vials bigint,
    answer_note text,
    withdrawn_at timestamptz,
    version bigint not null default 1
);
create index transfer_from on transfer (from_venue);
create index transfer_to on transfer (to_venue);

-- Person-level records (VRS-like): the 18 digits of the coupon, no name, no address.
create table person_record (
    id text primary key,
    venue_id text not null references venue (id),
    coupon_kind text not null,
    dose bigint not null,
    municipality text not null,
    coupon text not null, -- ten digits
    day date not null,
    lot text not null,
    maker text not null,
    doctor text not null,
    screening_only boolean not null,
    band text not null,
    under_six boolean not null,
    import_id text not null,
    at timestamptz not null,
    unique (municipality, coupon, dose, screening_only)
);
create index person_record_venue on person_record (venue_id, day);

-- 職域追加接種完了登録
create table completion (
    venue_id text primary key references venue (id),
    number text not null unique,
    facts jsonb not null,
    at timestamptz not null,
    account text not null,
    name text not null
);

-- What each destination of a claim did with it.
create table claim_part (
    claim_id text not null,
    destination text not null, -- federation:13 or municipality:131032
    venue_id text not null references venue (id),
    service_month text not null,
    count bigint not null,
    amount bigint not null,
    submitted_at timestamptz not null,
    status text not null, -- submitted, received, decided, returned
    received_at timestamptz,
    decided_count bigint,
    decided_amount bigint,
    decided_at timestamptz,
    reason text,
    returned_rows jsonb, -- of the claim, in the writing of its rows
    merged_into text,    -- the month of service whose claim they went into
    pays_on date,
    handled_by text,
    version bigint not null default 1,
    primary key (claim_id, destination)
);
create index claim_part_destination on claim_part (destination, service_month);
create index claim_part_venue on claim_part (venue_id, service_month);
-- Claims of the version before: their federation has them.
insert into claim_part (claim_id, destination, venue_id, service_month, count, amount, submitted_at, status)
    select id, 'federation:' || federation, venue_id, service_month, count, amount, submitted_at, 'submitted' from claim where status = 'submitted' and submitted_at is not null;
-- 口座: to where a destination pays (the account form); empty until asked.
create table venue_account (
    venue_id text primary key references venue (id),
    bank text not null,
    branch text not null,
    kind text not null,
    number text not null,
    holder text not null,
    version bigint not null default 1
);

-- A municipality's own settings: how letters reach it, where its residents' claims go.
create table municipality_setting (
    municipality text primary key,
    letter_way text not null, -- electronic, signed_pdf or paper
    outsourced boolean not null,
    joint jsonb not null, -- codes that count as the same municipality
    desk text not null,
    version bigint not null default 1
);

-- The electronic way of a letter: consented to by a signed-in person, verified by number and hash.
alter table letter add column way text not null default 'paper';
alter table letter add column consented_at timestamptz;
alter table letter add column consented_by text;
alter table letter add column signed_name text; -- a PDF that was signed elsewhere
alter table letter add column signed_content text; -- base64
alter table letter add column replaces text;
alter table letter add column replaced_at timestamptz;
-- 集合契約加入期間履歴
create table contract_period (
    id text primary key,
    venue_id text not null references venue (id),
    letter_id text,
    contract text not null,
    from_day date not null,
    to_day date,
    at timestamptz not null,
    name text not null
);
create index contract_period_venue on contract_period (venue_id, from_day);
insert into contract_period (id, venue_id, letter_id, contract, from_day, to_day, at, name)
    select 'cp-' || id, venue_id, id, '集合契約', cast('2022-02-14' as date), null, received_at, coalesce(received_by, '') from letter where received_at is not null;

-- メモ & 添付ファイル
create table venue_note (
    id text primary key,
    venue_id text not null references venue (id),
    text text not null,
    file_name text not null default '',
    mime text not null default '',
    content text not null default '', -- base64
    at timestamptz not null,
    account text not null,
    name text not null,
    role text not null,
    removed_at timestamptz
);
create index venue_note_venue on venue_note (venue_id, at);

-- A venue allows its municipality to enter results for it (代行).
create table proxy_grant (
    venue_id text primary key references venue (id),
    granted_at timestamptz not null,
    granted_by text not null,
    ended_at timestamptz
);

-- 問い合わせ
create table inquiry (
    id text primary key, -- also the link's secret
    number text not null unique,
    account_id text,
    venue_id text,
    mail text not null,
    phone text not null,
    name text not null,
    category text not null,
    detail text not null,
    page text not null,
    status text not null, -- open, answered, closed
    made_at timestamptz not null,
    due_at timestamptz not null,
    changed_at timestamptz not null,
    assigned_to text,
    assigned_name text,
    version bigint not null default 1
);
create index inquiry_status on inquiry (status, due_at);
create index inquiry_account on inquiry (account_id, made_at);
create table inquiry_message (
    id text primary key,
    inquiry_id text not null references inquiry (id),
    desk boolean not null,
    name text not null,
    text text not null,
    at timestamptz not null
);
create index inquiry_message_inquiry on inquiry_message (inquiry_id, at);
-- What people asked the assistant, and whether it helped.
create table question_asked (
    id text primary key,
    at timestamptz not null,
    text text not null,
    found text not null, -- the first answer's id, or nothing
    outcome text not null default '' -- solved, none
);
create index question_asked_at on question_asked (at);

-- お知らせ
create table announcement (
    id text primary key,
    level text not null, -- notice, important, urgent
    audience text not null, -- all, or a role's key
    title text not null,
    body text not null,
    from_at timestamptz not null,
    until_at timestamptz,
    made_at timestamptz not null,
    made_by text not null,
    readers bigint not null default 0,
    version bigint not null default 1
);
-- A mail is also a notification to the person with that address.
alter table mail add column read_at timestamptz;
create index mail_recipient on mail (recipient, made_at);
-- Once a week everything that is open, in one mail.
alter table account add column digest boolean not null default false;
-- The language of the screens, by the switch, and so of the mails.
alter table account add column lang text not null default 'ja';
-- Reminders that went out, each once.
create table reminder (
    id text primary key,
    at timestamptz not null
);
-- Calendars that a person's own programme fetches.
create table feed (
    id text primary key, -- digest of the secret
    account_id text not null references account (id),
    made_at timestamptz not null,
    ended_at timestamptz
);
create index feed_account on feed (account_id);

-- A report as somebody likes it: its address, and when it goes out by mail.
create table saved_report (
    id text primary key,
    account_id text not null references account (id),
    name text not null,
    address text not null,
    every text not null, -- never, week, month
    last_at timestamptz,
    made_at timestamptz not null
);
create index saved_report_account on saved_report (account_id);

-- The key that signs exports (Ed25519, PKCS#8 as hexadecimal); made at the first export.
create table signing_key (
    id text primary key,
    pkcs8 text not null,
    public text not null,
    made_at timestamptz not null
);
