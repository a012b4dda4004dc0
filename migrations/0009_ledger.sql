-- What each venue read on its own boxes: a lot's expiry isn't settled for the nation by the first one who typed it.
create table lot_expiry (
    lot text not null,
    venue_id text not null references venue (id),
    expiry date not null,
    at timestamptz not null,
    account text not null,
    name text not null,
    primary key (lot, venue_id)
);
-- Since when the ministry has said which expiry is right; empty: as the first venue typed it.
alter table lot add column settled_at timestamptz;

-- Bookings are looked for by who booked: addresses without letter case.
alter table booking add column mail_key text not null default '';
update booking set mail_key = lower(mail);
create index booking_mail_key on booking (mail_key);
